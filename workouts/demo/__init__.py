"""Made-up outings around a small town below the hills of Burgundy, for the demo account."""
