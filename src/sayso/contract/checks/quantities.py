"""Check that every unit is known, and that a declared conversion does not contradict a known one."""

from collections.abc import Iterator
from fractions import Fraction

from sayso.contract import units
from sayso.contract.checks.words import folded
from sayso.contract.shape import ContractDocument, FeatureDocument
from sayso.failures import Problem
from sayso.wire import Path, place


def unit_problems(document: ContractDocument) -> Iterator[Problem]:
    """Name every unit that is unknown or misleading, and every factor that is wrong."""
    yield from _unit(("target", "unit"), document.target.unit)
    for name, feature in document.features.items():
        path: Path = ("features", name)
        yield from _unit((*path, "unit"), feature.unit)
        yield from _conversions((*path, "units"), feature)


def _unit(path: Path, unit: str | None) -> Iterator[Problem]:
    if unit is None or units.is_known(unit):
        return
    meant = units.MISREAD.get(unit)
    hint = f"write {meant}" if meant else _HELP
    yield Problem(place(path), f"the unit {unit!r} is not known; {hint}")


_HELP = "use percent, a currency such as USD, or a physical unit such as mg/dL, kg/m^2, mmHg, month; or leave it out"


def _conversions(path: Path, feature: FeatureDocument) -> Iterator[Problem]:
    if feature.units and feature.unit is None:
        yield Problem(place(path), "converts to the feature's unit, and there is none; add unit")
        return
    seen: dict[str, str] = {}
    for unit, factor in feature.units.items():
        if folded(unit) == folded(feature.unit or ""):
            yield Problem(place((*path, unit)), "is the feature's own unit; remove it")
        elif folded(unit) in seen:
            yield Problem(place((*path, unit)), f"reads like {seen[folded(unit)]!r}; keep one of them")
        elif wrong := _contradiction(unit, feature.unit or "", factor):
            yield Problem(place((*path, unit)), wrong)
        seen.setdefault(folded(unit), unit)


def _contradiction(unit: str, own: str, factor: float) -> str | None:
    """Compare a declared factor with the exact one, where there is one."""
    known = units.conversion(unit, own)
    if known is None or (known.offset == 0 and known.factor == Fraction(repr(factor))):
        return None
    if known.offset:
        return f"the conversion from {unit} to {own} is known, and is no mere factor; remove it"
    return f"the conversion from {unit} to {own} is known: {float(known.factor):.12g}, not {factor:g}; remove it"
