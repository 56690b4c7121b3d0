"""Show the front door as a page; no rule lives here."""
