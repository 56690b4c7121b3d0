"""Change the ledger's tables, one numbered step after another."""
