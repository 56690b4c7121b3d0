"""Let a language model claim: what it is told, how its reply is read. It knows no network; a `Completer` asks."""
