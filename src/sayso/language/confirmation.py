"""Tell whether an answer to a proposal is a yes, and nothing that could be less."""

from sayso.language.fold import fold
from sayso.language.tokens import MARK, tokenize

YES = frozenset(
    (
        "yes|yep|yeah|yup|y|correct|right|exactly|sure|ok|okay|confirmed|confirm|affirmative|indeed|absolutely|"
        "definitely|that's right|that is right|that's correct|that is correct|"
        "yes please|go ahead|i confirm|all correct|"
        "looks good|sounds good|perfect|true|of course|certainly|precisely|i do|i did|it is|they are|please do"
    ).split("|")
)
"""Answers that agree to everything that was proposed."""

DOUBT = frozenset(
    "no not but except only nope wrong isn't aren't don't didn't maybe perhaps partly almost unsure wait".split()
)
"""Words that make an answer less than a yes."""


def is_yes(text: str) -> bool:
    """Say whether an answer agrees; an answer that agrees in part does not."""
    words = [token.text for token in tokenize(fold(text[:400])) if token.kind != MARK]
    joined = " ".join(words).replace(" 's", "'s")
    if set(words) & DOUBT:
        return False
    return any(joined == yes or joined.startswith(yes + " ") for yes in YES)
