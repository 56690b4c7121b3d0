"""Cut a name of a contract into the words that are looked for."""

from sayso.language.fold import fold
from sayso.language.tokens import MARK, tokenize


def words_of(text: str) -> tuple[str, ...]:
    """Cut a name into its words, without hyphens and brackets."""
    return tuple(token.text for token in tokenize(fold(text)) if token.kind != MARK)
