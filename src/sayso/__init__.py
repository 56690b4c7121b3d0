"""Put a plain-language front door on a tabular model."""

__version__ = "0.1.0"
