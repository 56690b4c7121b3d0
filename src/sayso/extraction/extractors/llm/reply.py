"""Read a model's text strictly: one JSON object with the four keys and nothing else, or the first offence.

Nothing is converted, completed or cut off. Whether what is claimed was said is for `sayso.extraction.verify`.
"""

from collections.abc import Iterator, Sequence

from sayso.contract.model import Contract, Feature, FeatureType
from sayso.extraction.extractors.llm.schema import KEYS
from sayso.extraction.schema import Claim, Extraction
from sayso.failures import Failure, FailureClass, Problem
from sayso.wire import JSON, loads, place

_CLAIM_KEYS = ("value", "unit", "quote")


def read(text: str, contract: Contract) -> Extraction | Failure:
    """Make a claim of a reply's text.

    Returns:
        The claim, or a Failure of class extraction_schema that names the first offence and its place, never a value.
    """
    document = loads(text.encode("utf-8", "surrogatepass"), finite_only=True)
    if isinstance(document, Failure):
        return _refuse(f"{document.failure_class.label}: {document.detail}")
    offence = next(_offences(document, contract), None)
    if offence is not None:
        return _refuse(str(offence))
    assert isinstance(document, dict)
    return _extraction(document, contract)


def _refuse(offence: str) -> Failure:
    return Failure(FailureClass.EXTRACTION_SCHEMA, f"the reply broke the schema: {offence}")


def _offences(document: JSON, contract: Contract) -> Iterator[Problem]:
    """Name what is wrong in the order of the schema; each step trusts that those before it found nothing."""
    yield from _keys(document, KEYS, ())
    assert isinstance(document, dict)
    features = document["features"]
    yield from _keys(features, contract.names, ("features",))
    assert isinstance(features, dict)
    for feature in contract.features:
        yield from _claim(features[feature.name], feature)
    null = {name for name, claim in features.items() if claim is None}
    yield from _missing(document["missing_features"], null)
    yield from _texts(document["assumptions"], "assumptions")
    if not isinstance(document["clarifying_question"], str | None):
        yield _problem(("clarifying_question",), "is neither text nor null")


def _keys(value: JSON, keys: Sequence[str], path: tuple[int | str, ...]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _problem(path, "is no object")
        return
    for key in keys:
        if key not in value:
            yield _problem(path, f"lacks the key {key!r}")
    for key in value:
        if key not in keys:
            yield _problem(path, f"has the unknown key {key[:40]!r}")


def _claim(claim: JSON, feature: Feature) -> Iterator[Problem]:
    if claim is None:
        return
    path = ("features", feature.name)
    yield from _keys(claim, _CLAIM_KEYS, path)
    assert isinstance(claim, dict)
    yield from _value(claim["value"], feature, (*path, "value"))
    unit = claim["unit"]
    if feature.unit is None and unit is not None:
        yield _problem((*path, "unit"), "is not null, and the feature has no unit")
    if unit is not None and not (isinstance(unit, str) and unit):
        yield _problem((*path, "unit"), "is neither text nor null")
    if not (isinstance(claim["quote"], str) and claim["quote"]):
        yield _problem((*path, "quote"), "is no text, or empty")


def _value(value: JSON, feature: Feature, path: tuple[int | str, ...]) -> Iterator[Problem]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match feature.type:
        case FeatureType.CATEGORY:
            if not isinstance(value, str) or value not in feature.values:
                yield _problem(path, "is no listed word")
        case FeatureType.NUMBER:
            if not is_number:
                yield _problem(path, "is no number")
        case FeatureType.INTEGER:
            # 7, 7.0 and 7e0 are one integral-valued number in JSON.
            if not is_number or value != int(value):  # type: ignore[arg-type]
                yield _problem(path, "is no integer")


def _missing(value: JSON, null: set[str]) -> Iterator[Problem]:
    yield from _texts(value, "missing_features")
    assert isinstance(value, list)
    named = {item for item in value if isinstance(item, str)}
    if len(named) != len(value):
        yield _problem(("missing_features",), "names a feature twice")
    if named != null:
        yield _problem(("missing_features",), "does not name exactly the features that are null")


def _texts(value: JSON, key: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _problem((key,), "is no list")
        return
    for index, item in enumerate(value):
        if not isinstance(item, str):
            yield _problem((key, index), "is no text")


def _problem(path: tuple[int | str, ...], message: str) -> Problem:
    return Problem(place(path), message)


def _extraction(document: dict[str, JSON], contract: Contract) -> Extraction:
    """Take over a reply in which every offence was looked for."""
    match document:
        case {"features": dict() as features, "assumptions": list() as assumptions, "clarifying_question": question}:
            claims = {name: _made(features[name]) for name in contract.names}
            missing = tuple(name for name, claim in claims.items() if claim is None)
            said = tuple(str(text) for text in assumptions)
            return Extraction(claims, missing, said, question if isinstance(question, str) else None)
        case _:
            raise AssertionError("the shape was checked")


def _made(claim: JSON) -> Claim | None:
    match claim:
        case {"value": int() | float() | str() as value, "unit": str() | None as unit, "quote": str(quote)}:
            return Claim(value, unit, quote)
        case _:
            return None
