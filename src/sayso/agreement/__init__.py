"""Compare everything that carries a contract's digest: the document, the model package, case files, the tag."""
