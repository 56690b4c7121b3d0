"""Say what the words say: numbers, units, dates, and which feature each of them states."""
