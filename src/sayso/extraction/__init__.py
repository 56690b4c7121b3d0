"""Take the model's features out of what was said, and check each against it."""
