"""Pure functions from what was recorded to what an SVG shows."""
