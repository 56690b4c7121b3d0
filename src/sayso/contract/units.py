"""Convert between units with exact factors.

Pint supplies physical units (its definitions are exact fractions of SI units); the few families it does not have, or
reads as something else ("bps" as baud, "pp" as pico-pint), stand in the table below. It does not know how people write
units in a sentence: `sayso.language.units` does.
"""

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
    import pint  # noqa: PLC0415

    try:
        _registry().parse_units(unit)
    except (pint.errors.PintError, TypeError, ValueError, AttributeError, AssertionError, SyntaxError):
        return False  # pint's parser raises builtins on text that is no unit
    return True


def _physical_conversion(source: str, target: str) -> Conversion | None:
    import pint  # noqa: PLC0415

    quantity = _registry().Quantity
    try:
        zero = quantity(Fraction(0), source).to(target).magnitude
        one = quantity(Fraction(1), source).to(target).magnitude
    except pint.errors.PintError:
        return None
    return Conversion(Fraction(one) - Fraction(zero), Fraction(zero))
