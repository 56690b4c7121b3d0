"""Hold general English as tables: number words, units, marks, glue. No word of any domain stands here."""
