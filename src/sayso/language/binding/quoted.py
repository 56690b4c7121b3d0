"""Find what is only quoted: a whole statement between double quotes, with other words around it."""

from collections.abc import Sequence

from sayso.language.tokens import LINE, MARK, Token

Span = tuple[int, int]


def quoted(tokens: Sequence[Token]) -> list[Span]:
    """Give the spans between double quotes, in code points; none where the quotes hold all there is.

    A quote opens only where something is close after it and nothing close before, so that inches open none.
    """
    spans: list[Span] = []
    opened: Token | None = None
    for index, token in enumerate(tokens):
        if token.text != '"' or token.kind != MARK:
            continue
        follows = index + 1 < len(tokens) and tokens[index + 1].glued
        if opened is None and follows and (not token.glued or index == 0 or tokens[index - 1].kind in (MARK, LINE)):
            opened = token
        elif opened is not None and token.glued:
            spans.append((opened.start, token.end))
            opened = None
    words = [token for token in tokens if token.kind not in (MARK, LINE)]
    return [span for span in spans if any(not span[0] <= token.start < span[1] for token in words)]
