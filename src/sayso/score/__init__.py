"""Score whole tables: every row ends as a prediction or as a named failure, and the totals say so.

A table is read in batches, so that memory does not grow with it. What is done is kept in parts until all is done, so
that a run that was stopped goes on where it was.
"""
