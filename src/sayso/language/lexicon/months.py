"""List month names: English, and the other languages that people slip into; a month alone needs an English capital form."""

from collections.abc import Mapping

_ENGLISH = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
    "november nov|december dec"
)
# Sources: the Unicode CLDR month names (wide) of es, fr, de, it, pt.
_OTHERS = (
    "enero janvier januar gennaio janeiro|febrero février fevrier februar febbraio fevereiro|marzo mars märz março|"
    "abril avril aprile|mayo mai maggio maio|junio juin juni giugno junho|julio juillet juli luglio julho|"
    "agosto août aout|septiembre septembre settembre setembro|octubre octobre oktober ottobre outubro|"
    "noviembre novembre novembro|diciembre décembre decembre dezember dicembre dezembro"
)


def _numbered(table: str) -> dict[str, int]:
    return {word: number for number, row in enumerate(table.split("|"), start=1) for word in row.split()}


MONTHS: Mapping[str, int] = _numbered(_OTHERS) | _numbered(_ENGLISH)
NEEDS_A_NUMBER = frozenset({"may", "march", "mar", "jan", "apr", "jun", "mai", "mars", "sep", "dec", "juli", "juni"})
"""Names that are common words or names of people: a month only beside a day or year, or after a word that wants a time."""

TIME_PREPOSITIONS = frozenset(
    "in for by until till since during from of next this last mid early late before after".split()
)
"""Words after which a bare month name is a month."""

ORDINAL_SUFFIXES = frozenset("st nd rd th er e º".split())
"""Glued to digits: ``16th``, ``1er``."""
