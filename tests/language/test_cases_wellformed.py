"""Check the dialogue cases themselves: a mistake in a case would blame or excuse the language part wrongly."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from sayso.contract.document import parse
from sayso.contract.model import Contract, Feature, FeatureType
from sayso.conversation import Role
from sayso.wire import JSON, loads

HERE = Path(__file__).parent
CONTRACT_FOLDERS = (HERE / "contracts", HERE.parent / "dialogues" / "contracts")
CASE_FILES = sorted((HERE / "cases").glob("*.jsonl"))
RANGE_EXEMPT = "out-of-range"
"""The tag of cases whose stated values the contract does not allow."""


@cache
def contracts() -> dict[str, Contract]:
    """Parse every contract that cases may name."""
    paths = [path for folder in CONTRACT_FOLDERS for path in sorted(folder.glob("*.json"))]
    return {path.stem: parse(path.name, path.read_bytes()) for path in paths}


@cache
def cases() -> tuple[dict[str, JSON], ...]:
    """Read every case strictly: duplicate keys are refused, not merged."""
    return tuple(_object(loads(line)) for path in CASE_FILES for line in path.read_bytes().splitlines())


def _object(value: object) -> dict[str, JSON]:
    assert isinstance(value, dict), value
    return value


def _texts(case: dict[str, JSON]) -> tuple[str, ...]:
    turns = case["turns"]
    assert isinstance(turns, list)
    return tuple(str(_object(turn)["text"]) for turn in turns)


def test_there_are_enough_cases_over_enough_contracts() -> None:
    """The set holds at least 400 cases over at least 4 contracts that the worked dialogues do not use."""
    own = {path.stem for path in CONTRACT_FOLDERS[0].glob("*.json")}

    assert len(cases()) >= 400
    assert len({str(case["contract"]) for case in cases()} & own) >= 4


def test_every_contract_parses_under_its_own_name() -> None:
    """A contract's file is named after it."""
    assert list(contracts()) == [contract.name for contract in contracts().values()]


def test_ids_are_unique() -> None:
    """No two cases share an id."""
    assert [key for key, count in Counter(str(case["id"]) for case in cases()).items() if count > 1] == []


def test_no_dialogue_occurs_twice() -> None:
    """No two cases say the same words."""
    said = Counter(tuple(" ".join(text.casefold().split()) for text in _texts(case)) for case in cases())

    assert [texts for texts, count in said.items() if count > 1] == []


def test_tags_are_documented_and_used() -> None:
    """The tags in use are exactly those that tags.toml explains."""
    documented = set(tomllib.loads((HERE / "cases" / "tags.toml").read_text()))
    used = {str(tag) for case in cases() for tag in _list(case["tags"])}

    assert documented == used


def _list(value: JSON) -> list[JSON]:
    assert isinstance(value, list), value
    return value


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["id"]))
def test_a_case_fits_its_contract(case: dict[str, JSON]) -> None:
    """Keys, turns, tags and gold of a case are what its contract and the format ask for."""
    contract = contracts()[str(case["contract"])]
    gold = _object(case["gold"])
    tags = [str(tag) for tag in _list(case["tags"])]

    assert list(case) == ["id", "contract", "turns", "gold", "tags"]
    assert list(contract.names) == list(gold)
    assert len(set(tags)) == len(tags)
    assert (None in gold.values()) == ("incomplete" in tags) == ("complete" not in tags)
    assert (len(_texts(case)) > 1) == ("multi-turn" in tags)
    assert _faulty_turns(_list(case["turns"]), contract) == []
    assert [
        name
        for name, value in gold.items()
        if value is not None and not _fits(contract.by_name[name], value, ranged=RANGE_EXEMPT not in tags)
    ] == []


def _faulty_turns(turns: list[JSON], contract: Contract) -> list[JSON]:
    """Find turns that break the format: user first and last, speakers in alternation, known features asked for."""
    speakers = [Role.USER, Role.ASSISTANT] * len(turns)
    faulty = [
        turn for turn, role in zip(turns, speakers, strict=False) if not _turn_fits(_object(turn), role, contract)
    ]
    return faulty if len(turns) % 2 else [*faulty, turns[-1]]


def _turn_fits(turn: dict[str, JSON], role: Role, contract: Contract) -> bool:
    keys = ["role", "text"] if role is Role.USER else ["role", "text", "asks"]
    asks = _list(turn.get("asks", []))
    return list(turn) == keys and turn["role"] == role and bool(turn["text"]) and set(asks) <= set(contract.names)


def _fits(feature: Feature, value: JSON, *, ranged: bool) -> bool:
    """Say whether a gold value has the feature's type and, where that is asked, lies in its range."""
    if feature.type is FeatureType.CATEGORY:
        return value in feature.values
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    whole = feature.type is FeatureType.NUMBER or value == int(value)
    return whole and (not ranged or feature.range is None or value in feature.range)
