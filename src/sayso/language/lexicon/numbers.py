"""List the words and letters that write numbers in English."""

from collections.abc import Mapping
from fractions import Fraction

# Source: any English grammar, e.g. Quirk et al., A Comprehensive Grammar of the English Language, 6.63 (cardinals).
SMALL: Mapping[str, int] = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {"nought": 0, "naught": 0, "nil": 0}

TENS: Mapping[str, int] = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,  # the common misspelling can mean nothing else
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

SCALES: Mapping[str, int] = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,  # short scale, as in finance on both sides of the Atlantic
    "trillion": 10**12,
}

SCALE_AFTER_DIGITS: Mapping[str, int] = dict(SCALES) | {
    "hundred": 100,
    "grand": 10**3,
    "mn": 10**6,
    "mln": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "tn": 10**12,
}
"""Scales that may stand apart from the digits: ``1.2 million``, ``30 grand``."""

GLUED_SCALES: Mapping[str, int] = {"k": 10**3, "m": 10**6, "b": 10**9, "mm": 10**6}
"""Letters that are scales only when written close to the digits; as units they win where a feature takes the unit."""

FRACTIONS: Mapping[str, Fraction] = {
    "half": Fraction(1, 2),
    "halves": Fraction(1, 2),
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "fifth": Fraction(1, 5),
    "sixth": Fraction(1, 6),
    "eighth": Fraction(1, 8),
    "tenth": Fraction(1, 10),
    "sixteenth": Fraction(1, 16),
} | {
    "thirds": Fraction(1, 3),
    "quarters": Fraction(1, 4),
    "fifths": Fraction(1, 5),
    "sixths": Fraction(1, 6),
    "eighths": Fraction(1, 8),
    "tenths": Fraction(1, 10),
    "sixteenths": Fraction(1, 16),
}

DIGIT_WORDS: Mapping[str, int] = {word: value for word, value in SMALL.items() if value <= 9} | {"oh": 0, "o": 0}
"""What may follow ``point``: one digit a word."""

ORDINALS: Mapping[str, int] = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30}

SIGNS: Mapping[str, int] = {"minus": -1, "negative": -1, "plus": 1}

NUMBER_WORDS = frozenset(SMALL) | frozenset(TENS) | frozenset(SCALES) | {"hundred", "dozen"}
"""Words that start or continue a number by themselves."""

NOT_BEFORE_ONE = frozenset(
    "that this which the another any each every no some other right wrong last first next only latter former same".split()
)
"""``one`` after these is a pronoun."""
