"""Convert between units with exact factors.

Pint supplies physical units (its definitions are exact fractions of SI units); the few families it does not have, or
reads as something else ("bps" as baud, "pp" as pico-pint), stand in the table below. It does not know how people write
units in a sentence: `sayso.language.units` does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

SHARES: Mapping[str, Fraction] = {
    "percent": Fraction(1),
    "%": Fraction(1),
    "percentage point": Fraction(1),
    "basis point": Fraction(1, 100),  # 1 bp = 0.01 percentage points (market convention)
    "per mille": Fraction(1, 10),
    "fraction": Fraction(100),
}
"""Shares of a whole, in percent."""

CURRENCIES = frozenset(
    [
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KRW",
        "MXN",
        "NOK",
        "NZD",
        "PLN",
        "RON",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "USD",
        "ZAR",
    ]
)
"""ISO 4217 codes; each converts to itself alone, since a rate of exchange is no fixed factor."""

COUNTS = frozenset({"count", "item", "person", "point", "score"})
"""Units that only say what is counted."""


MISREAD: Mapping[str, str] = {
    "bps": "basis point",  # pint: baud
    "bp": "basis point",  # pint: a printer's point
    "pp": "percentage point",  # pint: a printer's point
    "pct": "percent",  # pint: picocarat
    "ppt": "per mille, or 1e-12",  # pint: picopint
    "pts": "point, or pint",
    "pt": "point, or pint",
    "unit": "count",  # pint: micronit
    "units": "count",
    "pH": "nothing: leave unit out",  # pint: picohenry
    "C": "degC, or coulomb",
    "F": "degF, or farad",
    "M": "molar; millions are no unit",
    "k": "boltzmann_constant; thousands are no unit",
}
"""What pint takes for another unit than most people mean, with what to write instead."""


_POWER = re.compile(r"\^|\*\*")
_SMALL_POWER = re.compile(r"(?<![)²³\s])\s?(?:\^|\*\*)\s?-?\d{1,2}(?:\.\d{1,2})?(?![\d.eE])(?!\s*(?:\^|\*\*|\())")
_LONG_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴-⁹]{2}")


@dataclass(frozen=True, slots=True)
class Conversion:
    """Map a value in one unit to another: ``value * factor + offset``."""

    factor: Fraction
    offset: Fraction = Fraction(0)

    def __call__(self, value: Fraction) -> Fraction:
        """Convert one value exactly."""
        return value * self.factor + self.offset


SAME = Conversion(Fraction(1))


@cache
def _registry() -> "pint.UnitRegistry[Fraction]":
    """Load pint's definitions once a process (0.3 s), on first use."""
    import pint  # noqa: PLC0415 - commands that need no contract must not pay for it

    return pint.UnitRegistry(non_int_type=Fraction)


def is_known(unit: str) -> bool:
    """Say whether a contract may use this unit."""
    return unit in SHARES or unit in CURRENCIES or unit in COUNTS or _physical(unit)


@cache
def conversion(source: str, target: str) -> Conversion | None:
    """Find the exact conversion between two units; None where there is none."""
    if source == target:
        return SAME
    if source in SHARES and target in SHARES:
        return Conversion(SHARES[source] / SHARES[target])
    if _is_own(source) or _is_own(target) or not (_physical(source) and _physical(target)):
        return None
    return _physical_conversion(source, target)


def _is_own(unit: str) -> bool:
    return unit in SHARES or unit in CURRENCIES or unit in COUNTS


def _physical(unit: str) -> bool:
    if unit in MISREAD or not unit.strip() or _is_endless(unit):
        return False
    try:
        _registry().parse_units(unit)
    except _no_unit():
        return False
    return True


def _is_endless(unit: str) -> bool:
    """Find powers beyond a plain number of two digits: pint computes ``m^(9^9^9)`` exactly, which takes for ever."""
    if len(_POWER.findall(unit)) != len(_SMALL_POWER.findall(unit)):
        return True
    return _LONG_SUPERSCRIPT.search(unit) is not None


@cache
def _no_unit() -> tuple[type[Exception], ...]:
    """List what pint's parser raises on text that is no unit: its own errors, Python's, and its tokenizer's."""
    import tokenize  # noqa: PLC0415 - as pint

    import pint  # noqa: PLC0415

    own: type[Exception] = pint.errors.PintError
    return (
        own,
        tokenize.TokenError,
        TypeError,
        ValueError,
        AttributeError,
        AssertionError,
        SyntaxError,
        ArithmeticError,
        LookupError,
    )


def _physical_conversion(source: str, target: str) -> Conversion | None:
    quantity = _registry().Quantity
    try:
        zero = quantity(Fraction(0), source).to(target).magnitude
        one = quantity(Fraction(1), source).to(target).magnitude
    except _no_unit():
        return None
    return Conversion(Fraction(one) - Fraction(zero), Fraction(zero))
