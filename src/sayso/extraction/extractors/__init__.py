"""Read words in different ways; one extractor is declared, and none stands in for another."""
