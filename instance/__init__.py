"""This installation: its version, configuration and maintenance."""

__version__ = "1.0.0"
