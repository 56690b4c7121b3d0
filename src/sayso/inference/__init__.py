"""Hold the parts of the one door: what is sent, how a reply is read, what proves a model, when to stop calling."""
