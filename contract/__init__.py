"""How the API speaks: answers, errors, fields, pages, limits of calls."""

# The level of FitTrackee's API that programs find here.
API_VERSION = "0.7.31"
