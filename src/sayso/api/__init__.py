"""Offer interactions over HTTP: parse, ask, show. Who may ask, and how often, is settled before."""
