"""What differs between two versions of a plan, place by place, for people who approve a change."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

import msgspec

from compensation.domain.document.shape import PlanDocument
from events.domain import Value

Json: TypeAlias = Any
"""A value as JSON has it."""


class Difference(Value, tag=False):
    """A place of a document, as a JSON pointer in which parts are named by their ids, and what stood and stands there.

    Nothing, or null, stands where a part is new or gone.
    """

    pointer: str
    before: Json
    after: Json


def differences(before: PlanDocument, after: PlanDocument) -> tuple[Difference, ...]:
    """Return where two documents differ, in the order of the document."""
    return tuple(compared("", msgspec.to_builtins(before), msgspec.to_builtins(after)))


def compared(pointer: str, before: Json, after: Json) -> Iterator[Difference]:
    """Return where two values differ: members by name, parts with ids by those, everything else as a whole."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from members(pointer, cast("Mapping[str, Json]", before), cast("Mapping[str, Json]", after))
    elif has_ids(before) and has_ids(after):
        yield from members(pointer, by_id(before), by_id(after))
    else:
        yield Difference(pointer=pointer, before=before, after=after)


def members(pointer: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Difference]:
    """Compare the members that either has; the order of parts alone is no difference."""
    for name in [*before, *(name for name in after if name not in before)]:
        yield from compared(f"{pointer}/{name}", before.get(name), after.get(name))


def has_ids(parts: Json) -> bool:
    """Say whether a value is a list of parts with ids."""
    if not isinstance(parts, list | tuple) or not parts:
        return False
    return all(isinstance(each, Mapping) and "id" in each for each in cast("tuple[Json, ...]", parts))


def by_id(parts: Json) -> dict[str, Json]:
    """Return parts by their ids."""
    return {each["id"]: each for each in parts}
