"""Measure an extractor on written cases, and decide whether what was measured may be released."""
