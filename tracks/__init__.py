"""Bytes of a recording → numbers. Knows no database, no settings and no request."""
