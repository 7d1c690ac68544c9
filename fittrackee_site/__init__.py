"""Wiring of the site; no domain rule lives here."""

__version__ = "1.0.0"

# The level of FitTrackee's API that programs find here.
API_VERSION = "0.7.31"
