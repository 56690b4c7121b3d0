"""Reach language models: one request, one raw reply, no repair. It needs the extra ``llm``; only wiring imports it."""
