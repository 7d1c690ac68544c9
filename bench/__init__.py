"""Measurements, as ratios within one run. `make bench` runs every part."""
