"""Objects that name a member twice are found, whatever else their text holds."""

import json
from typing import Any, cast

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.members import repeated

Pairs = tuple[tuple[str, Any], ...]
"""An object as it is written, member by member."""

names = st.text(st.sampled_from("ab:/~\\é"), max_size=2)
leaves = st.none() | st.integers(-9, 9) | st.text(st.sampled_from('ab:"\\é'), max_size=3)


def object_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Pairs]:
    """Draw an object whose members have these values."""
    return st.lists(st.tuples(names, values), max_size=3).map(tuple)


objects = st.recursive(object_of(leaves), lambda inner: object_of(leaves | inner | st.lists(inner, max_size=2)))


def written(value: Any, *, ascii_only: bool) -> str:
    """Return the JSON of what is drawn."""
    if isinstance(value, tuple):
        pairs = cast("Pairs", value)
        members = (f"{json.dumps(n, ensure_ascii=ascii_only)}:{written(v, ascii_only=ascii_only)}" for n, v in pairs)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(each, ascii_only=ascii_only) for each in cast("list[Any]", value)) + "]"
    return json.dumps(value, ensure_ascii=ascii_only).replace(":", "\\u003a" if ascii_only else ":")


def has_twice(value: Any) -> bool:
    """Say whether an object that a reader still sees names a member twice."""
    if isinstance(value, tuple):
        pairs = cast("Pairs", value)
        return len(dict(pairs)) < len(pairs) or any(has_twice(each) for each in dict(pairs).values())
    return isinstance(value, list) and any(has_twice(each) for each in cast("list[Any]", value))


@for_all(objects, st.booleans())
def test_a_member_that_comes_twice_is_found_and_nothing_else(drawn: Pairs, ascii_only: bool) -> None:
    text = written(drawn, ascii_only=ascii_only)
    assert bool(repeated(text.encode(), json.loads(text))) is has_twice(drawn)


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"a":1,"a":1}', ["/a"]),
        ('{"a":1,"a":2,"a":3,"b":4,"b":5}', ["/a", "/b"]),
        ('{"b":{"c/d":1,"c/d":[{"x":1,"x~":2,"x~":3}]}}', ["/b/c~1d", "/b/c~1d/0/x~0"]),
        ('{"\\u0061":1,"a":1}', ["/a"]),
        ('{"a":":::","a":":"}', ["/a"]),
        ('{"a":"\\u003A","a":"\\\\u003a"}', ["/a"]),
        ('[{"a":1},{"a":1}]', []),
        ('{"a":"\\u003a::\\\\u003a"}', []),
    ],
)
def test_it_is_named_by_its_pointer(text: str, pointers: list[str]) -> None:
    assert repeated(text.encode(), json.loads(text)) == pointers
