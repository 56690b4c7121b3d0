"""Serve a model package strictly: a prediction for every sound row, a named refusal for every other."""
