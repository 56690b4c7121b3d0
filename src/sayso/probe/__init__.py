"""Send a model server requests that no number answers, and count how often it gave one all the same.

It speaks to any server of the V1 protocol (``{"instances": [{...}]}`` in, ``{"predictions": [...]}`` out), and knows
nothing of how that server is made.
"""
