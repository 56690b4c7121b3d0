"""Record what happened, durably: a row when an interaction starts, a row when it ends."""
