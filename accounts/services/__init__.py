"""What can be done to an account; pages, API and commands call the same functions."""
