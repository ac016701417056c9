"""Generations of a service's topic: `attain republish` writes the whole history anew, and those who hear it move over.

The first is `attain.goals.v1`, the second `attain.goals.v1.g2`. The service's database knows which one its relay
writes. A generation in which nothing was written yet is passed over by those who hear: the one before it is still fed.
"""

import re
from collections.abc import Iterable

from events.domain import Value
from events.store import log, readers
from events.store.database import Database
from events.store.session import Reading, Writing
from events.store.tail import PREFIX
from events.wire.promises import Wire

GENERATION = "generation"
"""The mark that says which generation the relay writes; without it, the first."""

_TOPIC = re.compile(r"attain\.(?P<service>[^.]+)\.v1(?:\.g(?P<generation>[1-9][0-9]*))?")


class GenerationHasChanged(Exception):
    """Another generation is written from now on: begin there."""


class Written(Value, tag=False):
    """How far a generation is written: up to this position of the log, whose last one is `last`."""

    generation: int
    position: int
    last: int


def topic_of(service: str, generation: int = 1) -> str:
    """Return the topic of a service's contracts."""
    return f"attain.{service}.v1" if generation == 1 else f"attain.{service}.v1.g{generation}"


def service_of(topic: str) -> str:
    """Return whose topic it is: attain.goals.v1 → goals."""
    return topic.split(".")[1]


def generation_of(topic: str) -> int:
    """Return a topic's generation."""
    return generations_of(service_of(topic), [topic])[0]


def generations_of(service: str, topics: Iterable[str]) -> list[int]:
    """Return which generations of a service's topic are among some topics, the newest first."""
    named = (_TOPIC.fullmatch(topic) for topic in topics)
    return sorted((int(each["generation"] or 1) for each in named if each and each["service"] == service), reverse=True)


async def newest(wire: Wire, service: str, at_least: int = 1) -> int:
    """Return the newest generation that was written to; `at_least` where there is none above that one."""
    for generation in generations_of(service, await wire.topics()):
        if generation <= at_least:
            break
        if any((await wire.ends(topic_of(service, generation))).values()):
            return generation
    return at_least


def written(reading: Reading) -> int:
    """Return the generation that the relay writes."""
    return readers.mark_of(reading, GENERATION) or 1


def confirm(reading: Reading, generation: int) -> None:
    """Raise `GenerationHasChanged` if the relay is to write another generation."""
    if written(reading) != generation:
        raise GenerationHasChanged


def mark_of(generation: int) -> str:
    """Return the name of the relay's mark in a generation: in the first it is that of the log's closed prefix."""
    return PREFIX if generation == 1 else f"{PREFIX}.g{generation}"


def how_far(reading: Reading) -> Written:
    """Return how far the generation of today is written."""
    generation = written(reading)
    position = readers.mark_of(reading, mark_of(generation))
    return Written(generation=generation, position=position, last=log.last_position(reading))


async def begin_next(database: Database, wire: Wire, service: str) -> int:
    """Let the relay write the whole history into a new topic; return its generation.

    Interrupted anywhere, it is begun by the next call or not at all. Raises `MarkWasMoved` if somebody else began one.
    """
    before = await database.read(written)
    generation = await newest(wire, service, before) + 1
    await wire.create(topic_of(service, generation))
    await database.write(lambda writing: switch(writing, before, generation))
    return generation


def switch(writing: Writing, before: int, generation: int) -> None:
    """Write another generation from now on, or raise `MarkWasMoved`."""
    # The first generation is never written down: every service begins with it.
    readers.advance(writing, GENERATION, 0 if before == 1 else before, generation)
