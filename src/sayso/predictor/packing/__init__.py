"""Hold the checks and conversions that stand between a fitted model and a package; nothing here is needed to serve."""
