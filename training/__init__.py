"""What workouts add up to: statistics, dashboard, calendar, records. Reads only."""
