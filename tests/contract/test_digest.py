"""Two digests name a contract: one what binds the model, one everything."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.documents import REMOVED, SOUND, Change, changed

from sayso.contract import digest

F = "features"


def _reordered(value: Any) -> Any:
    """Give the same document with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: _reordered(item) for key, item in reversed(value.items())}
    return value


def test_the_digest_is_the_sha256_of_canonical_json() -> None:
    """Anybody can recompute it: for plain ASCII and whole numbers RFC 8785 is sorted keys without spaces."""
    canonical = json.dumps(SOUND | {"digest": None}, sort_keys=True, separators=(",", ":"))
    canonical = canonical.replace('"digest":null,', "")

    assert digest.digest(SOUND) == "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def test_the_digests_of_the_sound_contract_never_change() -> None:
    """Digests stand in packages, ledgers and tags: computing them otherwise would cut every one of those loose."""
    assert (digest.digest(SOUND), digest.interface_digest(SOUND)) == (
        "sha256:56efcfdc945d41f7cf3ef7b49532e618a143defac8d0ec22d7fcf551648a6497",
        "sha256:baa0a565c6705303273ac6fae2f6145238e0f16ef3594f741977122935d88105",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (100, 1e2), (0, -0.0), (2**53 + 1, 2.0**53), (10**30, 1e30)],
    ids=["whole", "exponent", "minus zero", "beyond exact", "large"],
)
def test_the_same_number_has_one_digest(one: float, other: float) -> None:
    """How a number is written is no difference, as far as doubles can tell."""
    assert digest.sha256([one]) == digest.sha256([other])


def test_the_order_of_keys_is_no_difference_to_the_digest() -> None:
    """The digest is over canonical JSON, where keys are sorted."""
    assert digest.digest(_reordered(SOUND)) == digest.digest(SOUND)


INTERFACE: dict[str, Change] = {
    "another name": (("contract",), "other"),
    "target name": (("target", "name"), "result"),
    "target unit": (("target", "unit"), "fraction"),
    "target range": (("target", "range"), [0, 99]),
    "order of columns": (("feature_columns",), ["ldl", "rate", *SOUND["feature_columns"][2:]]),
    "type": ((F, "Day", "type"), "number"),
    "unit": ((F, "rate", "unit"), "fraction"),
    "range": ((F, "rate", "range"), [-5, 41]),
    "no range": ((F, "rate", "range"), REMOVED),
    "a category value": ((F, "smoker", "values", "formerly"), []),
    "order of category values": ((F, "smoker", "values"), {"no": [], "yes": []}),
    "rules": (("rules",), SOUND["rules"][:1]),
}
WORDS: dict[str, Change] = {
    "version": (("version",), "1.0.1"),
    "alias": ((F, "rate", "aliases"), ["interest", "interest rate"]),
    "question": ((F, "rate", "question"), "What is the rate?"),
    "description": ((F, "rate", "description"), "The rate."),
    "target description": (("target", "description"), "What comes out."),
    "category word": ((F, "smoker", "values", "yes"), ["smokes", "smoker of pipes"]),
    "conversion": ((F, "ldl", "units"), {"mmol/L": 38.7}),
    "date part": ((F, "Day", "date_part"), REMOVED),
}


@pytest.mark.parametrize("change", INTERFACE.values(), ids=INTERFACE.keys())
def test_what_binds_the_model_changes_both_digests(change: Change) -> None:
    """Names, order, types, units, ranges, category values, rules and target are the interface."""
    document = changed(change)

    assert digest.digest(document) != digest.digest(SOUND)
    assert digest.interface_digest(document) != digest.interface_digest(SOUND)


@pytest.mark.parametrize("change", WORDS.values(), ids=WORDS.keys())
def test_what_only_people_read_leaves_the_interface_alone(change: Change) -> None:
    """A new word, question or version changes the whole document's digest and no other."""
    document = changed(change)

    assert digest.digest(document) != digest.digest(SOUND)
    assert digest.interface_digest(document) == digest.interface_digest(SOUND)


@pytest.mark.parametrize(
    "change",
    [(("target", "type"), "number"), ((F, "smoker", "unit"), None), (("rules",), SOUND["rules"])],
    ids=["type of the target", "no unit", "the same rules"],
)
def test_a_default_that_is_written_out_leaves_the_interface_alone(change: Change) -> None:
    """Saying what holds anyway binds the model no more than leaving it out."""
    assert digest.interface_digest(changed(change)) == digest.interface_digest(SOUND)


@pytest.mark.parametrize("key", digest.DIGEST_KEYS)
def test_a_stored_digest_is_not_digested(key: str) -> None:
    """Freezing a document does not change what it is called."""
    assert digest.digest(SOUND | {key: "sha256:" + "0" * 64}) == digest.digest(SOUND)


@given(st.sampled_from(sorted(SOUND[F])), st.text(min_size=1))
def test_any_other_description_is_another_digest(name: str, text: str) -> None:
    """No two contents share a digest."""
    assert digest.digest(changed(((F, name, "description"), text))) != digest.digest(SOUND)
