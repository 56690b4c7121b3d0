"""Find what is wrong between places of a contract that are each well formed: one file for each kind of place."""
