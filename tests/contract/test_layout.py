"""A document is laid out for people, always alike, and nothing in it changes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sayso.contract.layout import WIDTH, render
from sayso.wire import JSON

scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
words = st.text('aé \n"\\名', max_size=30)
values = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(words, values, max_size=4))
def test_laying_out_changes_no_value_and_no_order_and_is_always_alike(document: dict[str, JSON]) -> None:
    """What is read back is what was laid out, key by key, and laying it out again gives the same bytes."""
    body = render(document)
    again = json.loads(body)

    assert json.dumps(again) == json.dumps(document)
    assert render(again) == body


@given(st.dictionaries(st.text("abc ", max_size=20), st.lists(st.text("abc ", max_size=20), max_size=40), max_size=5))
def test_no_line_is_longer_than_ours(document: dict[str, JSON]) -> None:
    """Lists of any length are wrapped."""
    assert all(len(line) <= WIDTH for line in render(document).decode().splitlines())


def test_what_is_short_stands_on_one_line() -> None:
    """Outer objects are open, short ones inside are not, and a long list is filled line by line."""
    document: JSON = {
        "target": {"name": "y", "range": [0, 1]},
        "features": {"a": {"values": {"yes": ["ja"], "no": []}}, "b": {"aliases": ["a long word"] * 12}},
        "rules": [{"date": ["a", "b", "c"]}],
        "empty": {},
    }
    assert isinstance(document, dict)

    assert (
        render(document).decode()
        == """\
{
  "target": {"name": "y", "range": [0, 1]},
  "features": {
    "a": {"values": {"yes": ["ja"], "no": []}},
    "b": {
      "aliases": [
        "a long word", "a long word", "a long word", "a long word", "a long word", "a long word", "a long word",
        "a long word", "a long word", "a long word", "a long word", "a long word"
      ]
    }
  },
  "rules": [
    {"date": ["a", "b", "c"]}
  ],
  "empty": {}
}
"""
    )
