"""Speak to people and programs on a terminal: parse, call, show."""
