"""Reach the model, wherever it runs; only this package imports a prediction client."""
