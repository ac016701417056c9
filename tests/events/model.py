"""What a store should hold and answer: its promises kept in a few lists, as if all units came one after the other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.exc import DBAPIError

from events.asking import Asking, Done, KeyWasUsedForAnotherBody, Step, StreamIsAtAnotherVersion, TooManyWriters, Unit
from events.domain import Recorded, Refused, Value
from events.requests import RequestKey, request_key
from tests.events.orchard import NOWHERE, TREE, ApplesPicked, OrchardRow, TreeEvent, TreeFelled, TreePlanted, TreeRow

LARGEST = 2**63 - 1
"""The largest number that a column of the read model holds."""

Place: TypeAlias = tuple[str, int]
"""Stream and version of an event."""

Written: TypeAlias = tuple[Any, ...]
"""What the log must know of an event: all but its id and its position, which are the store's to choose."""


class DatabaseSaidNo(Exception):
    """Stands for whatever a driver raises when a value does not fit its column."""


@dataclass(frozen=True)
class Fact:
    """An event, who asked for it, and when it happened in the world."""

    event: TreeEvent
    asking: Asking
    occurred_at: datetime


@dataclass(frozen=True)
class Answer:
    """What a unit is answered: key and version of its last stream, and which events it made."""

    id: str
    version: int
    made: tuple[Place, ...]

    def at(self, positions: Mapping[Place, int]) -> Done:
        """Return the answer word for word: its position is that of the last of its own events."""
        position = max((positions[place] for place in self.made), default=0)
        return Done(id=self.id, version=self.version, position=position, events=len(self.made))


@dataclass(frozen=True)
class Model:
    """A store, as it should be."""

    streams: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict[str, tuple[Fact, ...]])
    requests: Mapping[RequestKey, tuple[str, Answer]] = field(default_factory=dict[RequestKey, tuple[str, Answer]])
    deliveries: frozenset[str] = frozenset()

    def ask(self, unit: Unit) -> tuple["Model", Answer | Exception]:
        """Return what is so after a unit, and its answer or what it is refused with, which changes nothing."""
        key, request = request_key(unit.asking), unit.asking.request
        if key is None or request is None:
            return self.tried(unit)
        if key in self.requests:
            body_hash, given = self.requests[key]
            return self, given if body_hash == request.body_hash else KeyWasUsedForAnotherBody()
        after, answer = self.tried(unit)
        if isinstance(answer, Answer):
            after = replace(after, requests={**after.requests, key: (request.body_hash, answer)})
        return after, answer

    def tried(self, unit: Unit) -> tuple["Model", Answer | Exception]:
        """Take a unit whole or not at all, whether or not it came before."""
        after, made = self, list[Place]()
        try:
            for step in unit.steps:
                after, places = after.stepped(step, unit.asking)
                made += places
            after = after.shelved([row["id"] for beside in unit.beside for row in beside.rows])
        except (Refused, DatabaseSaidNo, ZeroDivisionError) as error:
            return self, error
        if not unit.steps:
            return after, Answer("", 0, ())
        last = unit.steps[-1]
        return after, Answer(last.key, len(after.streams.get(last.stream, ())), tuple(made))

    def stepped(self, step: Step, asking: Asking) -> tuple["Model", list[Place]]:
        """Let a command decide on what its stream holds; return what is so then, and which events it made."""
        facts = self.streams.get(step.stream, ())
        if asking.expected_version not in (None, len(facts)):
            raise StreamIsAtAnotherVersion(expected=asking.expected_version, version=len(facts))
        made = TREE.decide(step.command, TREE.fold([fact.event for fact in facts]))
        if not made:
            return self, []
        all_facts = (*facts, *(Fact(event, asking, step.occurred_at or asking.at) for event in made))
        places = [(step.stream, version) for version in range(len(facts) + 1, len(all_facts) + 1)]
        return replace(self, streams={**self.streams, step.stream: all_facts}), places

    def shelved(self, ids: Sequence[str]) -> "Model":
        """Lay deliveries beside the events; the read model is written before, and must hold every row."""
        if any(row.orchard is None or row.apples > LARGEST for row in self.trees()):
            raise DatabaseSaidNo
        if self.deliveries.intersection(ids):
            raise TooManyWriters
        return replace(self, deliveries=self.deliveries.union(ids))

    def trees(self) -> list[TreeRow]:
        """Return the rows that the streams add up to."""
        return [tree(name.removeprefix("tree-"), self.streams[name]) for name in sorted(self.streams)]

    def orchards(self) -> list[OrchardRow]:
        """Return what the trees add up to, orchard by orchard; one without apples and trees is as good as none."""
        apples, standing = Counter[str](), Counter[str]()
        for row in self.trees():
            apples[str(row.orchard)] += row.apples
            standing[str(row.orchard)] += not row.felled
        sums = [OrchardRow(orchard=name, apples=apples[name], trees=standing[name]) for name in sorted(apples)]
        return [each for each in sums if each.apples or each.trees]

    def written(self) -> dict[str, list[Written]]:
        """Return what each stream of the log must read like."""
        return {
            name: [
                told(fact.event, name, version, fact.asking, fact.occurred_at) for version, fact in enumerate(facts, 1)
            ]
            for name, facts in self.streams.items()
        }


def tree(key: str, facts: Sequence[Fact]) -> TreeRow:
    """Return the row of a tree, from all that happened to it."""
    events = [fact.event for fact in facts]
    (orchard,) = [each.orchard for each in events if isinstance(each, TreePlanted)]
    return TreeRow(
        tree_id=key,
        orchard=None if orchard == NOWHERE else orchard,
        apples=sum(each.count for each in events if isinstance(each, ApplesPicked)),
        felled=any(isinstance(each, TreeFelled) for each in events),
    )


def told(event: Value, stream: str, version: int, asking: Any, occurred_at: datetime) -> Written:
    """Return what is compared of an event; `asking` may be its envelope, which says the same."""
    who = (asking.actor, asking.correlation_id, asking.causation_id, asking.traceparent)
    return event, stream, version, *who, occurred_at


def read(log: Sequence[Recorded[Value]]) -> dict[str, list[Written]]:
    """Return what each stream of a log reads like."""
    streams: dict[str, list[Written]] = {}
    for each in log:
        envelope = each.envelope
        line = told(each.event, envelope.stream, each.version, envelope, envelope.occurred_at)
        streams.setdefault(envelope.stream, []).append(line)
    return streams


def agrees(expected: Answer | Exception, observed: object, positions: Mapping[Place, int]) -> bool:
    """Say whether a store answered what it should have, word for word."""
    match expected, observed:
        case Answer(made=made), Done():
            return all(place in positions for place in made) and expected.at(positions) == observed
        case DatabaseSaidNo(), _:
            return isinstance(observed, DBAPIError | OverflowError)
        case Refused(), Refused():
            return type(expected) is type(observed) and expected.details == observed.details
        case _:
            return type(expected) is type(observed)
