"""JSON whose objects name each member once. Where one comes twice, its readers differ in which of the two they take."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec

_ESCAPED_COLON = (b"\\u003a", b"\\u003A")


class Twice(dict[str, Any]):
    """An object of which some members came twice."""

    names: Sequence[str] = ()


def repeated(text: bytes, document: object) -> list[str]:
    """Return the JSON pointers (RFC 6901) of members that come twice; `document` is what a reader took of the text.

    Where there is none this costs next to nothing: what was taken has as many colons as the text.
    """
    colons = text.count(b":") + sum(text.count(each) for each in _ESCAPED_COLON)
    if colons == msgspec.json.encode(document).count(b":"):
        return []
    try:
        return list(places(json.loads(text, object_pairs_hook=taken, parse_int=str, parse_float=str), ""))
    except RecursionError:
        return []  # nothing that anybody takes is nested so deeply


def taken(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, and remember which of its members came twice."""
    once = dict(pairs)
    if len(once) == len(pairs):
        return once
    found, seen = Twice(once), set[str]()
    found.names = list(dict.fromkeys(name for name, _ in pairs if name in seen or seen.add(name)))
    return found


def places(value: object, place: str) -> Iterator[str]:
    """Yield the pointers of members that came twice, in the order of the text."""
    if isinstance(value, Twice):
        yield from (f"{place}/{escaped(name)}" for name in value.names)
    if isinstance(value, dict):
        for name, each in cast("dict[str, object]", value).items():
            yield from places(each, f"{place}/{escaped(name)}")
    elif isinstance(value, list):
        for number, each in enumerate(cast("list[object]", value)):
            yield from places(each, f"{place}/{number}")


def escaped(name: str) -> str:
    """Return a member's name as a pointer writes it."""
    return name.replace("~", "~0").replace("/", "~1")
