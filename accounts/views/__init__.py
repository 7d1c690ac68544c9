"""The pages about accounts: the way in, the settings, their safety."""
