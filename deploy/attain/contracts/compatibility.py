"""What may change in a contract: it gets new optional fields and better words, and nothing else.

A topic keeps its events for ever, and subscribers read them with the schema of the day they were written for. So both
directions count: what lies on the topic must fit the new schema, and what is told from now on must fit the old one.
Narrower and wider are refused alike. Whatever else has to change becomes a new contract with the next version.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

WORDS = frozenset({"title", "description", "examples", "$defs"})
"""Keywords that say something to people only, and the place where values are defined."""

PARTS = frozenset(
    {"$ref", "properties", "required", "items", "prefixItems", "additionalProperties", "anyOf", "enum", "default"}
)
"""Keywords that are compared by what they mean; all others are compared as they are written."""

WITHIN = {"items": "[]", "additionalProperties": "{}"}
"""Where the values of a list or of a mapping are, and how their place is written."""

ABSENT = "absent"
ANYTHING: Schema = {}


class Break(NamedTuple):
    """An incompatible change: of which contract, at which field, and against which rule."""

    contract: str
    field: str
    rule: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


class Side(NamedTuple):
    """A schema at some place of its document, which holds the definitions that it refers to."""

    schema: Schema
    document: Schema

    def at(self, schema: Schema) -> "Side":
        """Return another schema of the same document, as it is defined."""
        reference = schema.get("$ref")
        return Side(
            schema if reference is None else self.document["$defs"][reference.rsplit("/", 1)[-1]], self.document
        )

    @property
    def fields(self) -> Mapping[str, Schema]:
        """The fields of an object."""
        return self.schema.get("properties", {})

    @property
    def required(self) -> frozenset[str]:
        """The fields that an object always has."""
        return frozenset(self.schema.get("required", ()))

    @property
    def within(self) -> Mapping[str, Schema]:
        """The values of a list or of a mapping, by how their place is written."""
        first = {f"[{number}]": each for number, each in enumerate(self.schema.get("prefixItems", ()))}
        values = {mark: self.schema[keyword] for keyword, mark in WITHIN.items() if self.schema.get(keyword)}
        return first | values

    @property
    def alternatives(self) -> "dict[str, Side]":
        """What a value may be, by what tells one alternative from another."""
        found = [self.at(each) for each in self.schema.get("anyOf", [self.schema])]
        return {each.kind: each for each in found}

    @property
    def kind(self) -> str:
        """What tells this from other alternatives: the tag or name of an object, the type of anything else."""
        tag = self.fields.get("type", {}).get("enum")
        return "|".join(tag) if tag else str(self.schema.get("type", "anything"))


def breaks(contract: str, before: Schema, after: Schema) -> list[Break]:
    """Return every incompatible change of a contract, from one JSON Schema to another."""
    found = changes("", Side(before, before), Side(after, after), frozenset())
    return [Break(contract, field, rule) for field, rule in found]


Change: TypeAlias = tuple[str, str]
Seen: TypeAlias = frozenset[tuple[int, int]]


def changes(place: str, before: Side, after: Side, seen: Seen) -> Iterator[Change]:
    """Find the incompatible changes at a place and below it. `seen` are the pairs around it: values may nest."""
    before, after = before.at(before.schema), after.at(after.schema)
    pair = (id(before.schema), id(after.schema))
    if pair in seen:
        return
    old, new = before.alternatives, after.alternatives
    if len(old) == len(new) == 1 and "anyOf" not in before.schema and "anyOf" not in after.schema:
        yield from of_value(place, before, after, seen | {pair})
        return
    for kind in sorted(old.keys() - new.keys()):
        yield place, f"{kind} was possible: the topic holds such events"
    for kind in sorted(new.keys() - old.keys()):
        yield place, f"{kind} is newly possible: subscribers of today cannot read it"
    for kind in sorted(old.keys() & new.keys()):
        yield from changes(place, old[kind], new[kind], seen | {pair})


def of_value(place: str, before: Side, after: Side, seen: Seen) -> Iterator[Change]:
    """Find the changes of one value that has no alternatives."""
    if ("enum" in before.schema) != ("enum" in after.schema):
        yield place, written("enum", before, after)
    elif before.schema.get("type") != after.schema.get("type"):
        yield place, written("type", before, after)
    else:
        for keyword in sorted((before.schema.keys() | after.schema.keys()) - WORDS - PARTS):
            if before.schema.get(keyword, ABSENT) != after.schema.get(keyword, ABSENT):
                yield place, written(keyword, before, after)
        yield from of_words(place, before, after)
        yield from of_fields(place, before, after, seen)
        for mark in sorted(before.within.keys() | after.within.keys()):
            old, new = before.within.get(mark, ANYTHING), after.within.get(mark, ANYTHING)
            yield from changes(f"{place}{mark}", before.at(old), after.at(new), seen)


def written(keyword: str, before: Side, after: Side) -> str:
    """Say what was written after a keyword."""
    return f"{keyword} was {before.schema.get(keyword, ABSENT)} and is {after.schema.get(keyword, ABSENT)}"


def of_words(place: str, before: Side, after: Side) -> Iterator[Change]:
    """Find the changes of the words that a value may be."""
    old, new = before.schema.get("enum", []), after.schema.get("enum", [])
    for gone in [each for each in old if each not in new]:
        yield place, f"{gone!r} was possible: the topic holds such events"
    for added in [each for each in new if each not in old]:
        yield place, f"{added!r} is newly possible: subscribers of today cannot read it"


def of_fields(place: str, before: Side, after: Side, seen: Seen) -> Iterator[Change]:
    """Find the changes of an object's fields."""
    for name in sorted(before.fields.keys() - after.fields.keys()):
        yield inside(place, name), "was removed or renamed"
    for name in sorted(after.fields.keys() - before.fields.keys()):
        if name in after.required:
            yield inside(place, name), "is new and required: new fields are optional"
    for name in sorted(before.fields.keys() & after.fields.keys()):
        yield from of_field(inside(place, name), name, before, after)
        yield from changes(inside(place, name), before.at(before.fields[name]), after.at(after.fields[name]), seen)


def of_field(place: str, name: str, before: Side, after: Side) -> Iterator[Change]:
    """Find what changed about leaving a field out."""
    if name in after.required - before.required:
        yield place, "was optional and is required: the topic holds events without it"
    if name in before.required - after.required:
        yield place, "was required and is optional: subscribers of today count on it"
    old, new = before.fields[name].get("default", ABSENT), after.fields[name].get("default", ABSENT)
    if old != new and name not in before.required | after.required:
        yield place, f"left out it meant {old} and means {new}"


def inside(place: str, name: str) -> str:
    """Return the place of a field of a value."""
    return f"{place}.{name}" if place else name
