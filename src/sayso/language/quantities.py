"""Read one quantity from tokens: sign, currency, numeral, unit and what it is counted by.

It reads what stands there and judges nothing: whether the quantity states a feature is decided by who reads the clause.
"""

from collections.abc import Sequence
from fractions import Fraction

from sayso.contract.units import CURRENCIES
from sayso.language.lexicon.numbers import SIGNS
from sayso.language.measure import Measure
from sayso.language.numerals import UNREADABLE, DecimalStyle, Numeral, fraction_tail, numeral
from sayso.language.quantity import IDENTIFIER, Quantity
from sayso.language.tokens import LINE, MARK, NUMBER, WORD, Token
from sayso.language.unit_forms import UnitForms

_OPENING = frozenset("([{:=,;|~≈<>≤≥\"'/*#")
_CURRENCY_MARKS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}


def quantity(tokens: Sequence[Token], start: int, forms: UnitForms, style: DecimalStyle) -> Quantity | None:
    """Read the quantity that starts at a token; None where none starts there."""
    index, sign, signed = _sign(tokens, start)
    currency, index = _currency(tokens, index)
    if currency is not None and not signed:
        index, sign, signed = _sign(tokens, index)
    read = numeral(tokens, index, style) or _article_and_unit(tokens, index, forms)
    if read is None:
        return None
    if index and tokens[index].glued and tokens[index - 1].text == "'" and len(tokens[index].text) == 2:
        return _broken(tokens, start, index, read, "is a year of two digits")
    if tokens[index].kind == NUMBER and _is_in_a_name(tokens, index):
        return _broken(tokens, start, index, read, IDENTIFIER)
    if read.value is None:
        return _broken(tokens, start, index, read, read.reason or UNREADABLE)
    return Measure(tokens, start, index, forms).finish(read, sign, currency, signed=signed)


def _article_and_unit(tokens: Sequence[Token], start: int, forms: UnitForms) -> Numeral | None:
    """Read the one in ``a year and a half``; an article before a unit alone is no number."""
    if start < len(tokens) and tokens[start].text in ("a", "an"):
        unit = forms.find(tokens, start + 1, close=False)
        if unit is not None and fraction_tail(tokens, unit.stop) is not None:
            return Numeral(start + 1, Fraction(1))
    return None


def _is_in_a_name(tokens: Sequence[Token], index: int) -> bool:
    """Find digits that belong to a name: ``covid-19``, ``#3``, ``v2``."""
    if not tokens[index].glued or index == 0:
        return False
    before = tokens[index - 1]
    if before.text == "#":
        return True
    return before.text == "-" and before.glued and index > 1 and tokens[index - 2].kind == WORD


def _sign(tokens: Sequence[Token], start: int) -> tuple[int, int, bool]:
    """Read a sign: a word, or a mark that is close to what follows and not to what precedes."""
    if start >= len(tokens):
        return start, 1, False
    token = tokens[start]
    if token.text in SIGNS and token.kind == WORD and start + 1 < len(tokens):
        return start + 1, SIGNS[token.text], True
    if token.kind != MARK or token.text not in "-–+" or start + 1 >= len(tokens) or not tokens[start + 1].glued:
        return start, 1, False
    if token.glued and start and not (tokens[start - 1].text in _OPENING or tokens[start - 1].kind == LINE):
        return start, 1, False
    return start + 1, 1 if token.text == "+" else -1, True


def _currency(tokens: Sequence[Token], start: int) -> tuple[str | None, int]:
    """Read a currency before the number: ``$``, ``US$``, ``USD``, ``C$`` (which is none of the plain ones)."""
    if start >= len(tokens):
        return None, start
    text = tokens[start].text
    if text in _CURRENCY_MARKS:
        return _CURRENCY_MARKS[text], start + 1
    follower = tokens[start + 1].text if start + 1 < len(tokens) else ""
    if tokens[start].kind == WORD and follower == "$" and tokens[start + 1].glued:
        return "USD" if text in ("us", "usd") else "foreign money", start + 2
    if text.upper() in CURRENCIES and len(text) == 3 and start + 1 < len(tokens) and tokens[start + 1].kind == NUMBER:
        return text.upper(), start + 1
    return None, start


def _broken(tokens: Sequence[Token], start: int, index: int, read: Numeral, reason: str) -> Quantity:
    core = tokens[index].start, tokens[read.stop - 1].end
    return Quantity(read.stop, None, None, None, None, tokens[start].start, core[1], *core, reason)
