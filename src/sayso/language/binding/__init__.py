"""Bind each number and word of a turn to the one feature that it can state."""
