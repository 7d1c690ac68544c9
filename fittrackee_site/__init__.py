"""The roof: wiring of the site; nobody imports it, and no domain rule lives here."""
