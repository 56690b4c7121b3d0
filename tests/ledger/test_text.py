"""Words are kept as the policy says, and what stays of them tells nobody what they were."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.ledger.text import NOTHING, TextPolicy, digest, dumps, fingerprint, seal

SALT, OTHER_SALT = "00" * 16, "ff" * 16

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "kept"),
    [(TextPolicy.FULL, (True, True, True)), (TextPolicy.HASH, (False, True, True)), (TextPolicy.NONE, (False,) * 3)],
)
def test_a_policy_keeps_text_salt_and_hash(policy: TextPolicy, kept: tuple[bool, bool, bool]) -> None:
    """Full keeps all three, hash all but the text, none nothing."""
    sealed = seal({"quote": "3.1%"}, policy, SALT)

    assert kept == tuple(part is not None for part in sealed)


@pytest.mark.parametrize("policy", list(TextPolicy))
def test_nothing_private_leaves_nothing(policy: TextPolicy) -> None:
    """A record without a private part has no hash either."""
    assert seal(None, policy, SALT) == NOTHING


@given(json_values)
def test_a_hash_depends_on_its_salt(value: object) -> None:
    """The same words under another salt hash to something else."""
    text = dumps(value)  # type: ignore[arg-type]

    assert digest(text, SALT) != digest(text, OTHER_SALT)
    assert fingerprint(value, SALT) != fingerprint(value, OTHER_SALT)  # type: ignore[arg-type]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), json_values, max_size=4))
def test_a_fingerprint_knows_no_order_of_keys(value: dict[str, object]) -> None:
    """Turning the keys round changes nothing."""
    turned = dict(reversed(value.items()))

    assert fingerprint(value, SALT) == fingerprint(turned, SALT)  # type: ignore[arg-type]


@given(json_values, json_values)
def test_a_fingerprint_tells_values_apart(one: object, other: object) -> None:
    """Values that differ as JSON differ in their fingerprints; 4 and 4.0 are one number."""
    same = fingerprint(one, SALT) == fingerprint(other, SALT)  # type: ignore[arg-type]

    assert same == (json.dumps(_plain(one)) == json.dumps(_plain(other)))


def _plain(value: object) -> object:
    """Write each number as JavaScript would, and each object in the order of its keys."""
    match value:
        case bool():
            return value
        case int() | float():
            return float(value) + 0.0
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(value[key]) for key in sorted(value)}
        case _:
            return value
