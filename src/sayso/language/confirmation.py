"""Tell whether an answer to a proposal is a yes, and nothing that could be less."""

import itertools

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


FOLLOWING = frozenset(
    "please thanks thank you that that's is it it's was what i meant said exactly correct right true go ahead use do "
    "all of them both those these and the so great fine good well yes".split()
)
"""Words that may follow a yes before the next mark and leave it one."""


def is_yes(text: str) -> bool:
    """Say whether an answer agrees; an answer that agrees in part does not."""
    tokens = tokenize(fold(text[:400]))
    if {token.text for token in tokens} & DOUBT:
        return False
    first = list(itertools.takewhile(lambda token: token.kind != MARK, tokens))
    words = " ".join(token.text for token in first).replace(" 's", "'s")
    followed = tokens[len(first)].text if len(first) < len(tokens) else "."
    agrees = (yes for yes in YES if words == yes or words.startswith(yes + " "))
    return followed in ".,!;—–" and any(set(words[len(yes) :].split()) <= FOLLOWING for yes in agrees)
