"""What really is on the topics, against what was promised: every message's headers, attributes and data."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from attain.contracts.validity import Validate, validator
from attain.everything import SERVICES
from events.generations import generations_of, service_of, topic_of
from events.language.catalogue import told_by
from events.language.headers import LETTER, headers_of
from events.language.schema import document_of
from events.store.ids import new_id
from events.wire.cloudevents import LetterIsMalformed, from_message, type_of
from events.wire.opening import open_wire
from events.wire.promises import Message, Place, Reader, Wire

CLOUDEVENTS = Path("../shared/data/specs/cloudevents-1.0.2.schema.json")
"""Where the published schema of CloudEvents may lie."""

BATCH_SIZE_MAX = 1_000
QUIET_SECONDS_MAX = 15.0
"""When nothing comes for so long, what is left of a topic cannot be read."""

FAULTS_KEPT_MAX = 50


@dataclass
class Findings:
    """What was read: how many messages of each type, and what is wrong with them."""

    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])
    """The first of them."""
    fault_count: int = 0

    def add(self, type_name: str, faults: Sequence[str]) -> None:
        """Count a message and its faults."""
        self.counts[type_name] += 1
        self.fault_count += len(faults)
        self.faults += faults[: FAULTS_KEPT_MAX - len(self.faults)]


class Inspector:
    """Holds messages against the contracts, and against the schema of CloudEvents where it is at hand."""

    def __init__(self, cloudevents: Mapping[str, Any] | None = None) -> None:
        self._cloudevents = None if cloudevents is None else validator(cloudevents)

    @cached_property
    def _contracts(self) -> dict[str, tuple[str, Validate, Validate]]:
        """Return of each type of letter who tells it, and what validates its headers and its data."""
        found: dict[str, tuple[str, Validate, Validate]] = {}
        for service in SERVICES:
            for each in told_by(service):
                name = type_of(service, each.__name__)
                headers = validator(headers_of(service, name, LETTER))
                found[name] = (service, headers, validator(document_of(service, each)))
        return found

    def faults(self, topic: str, message: Message) -> list[str]:
        """Return what is wrong with a message."""
        try:
            letter = from_message(message)
        except LetterIsMalformed as malformed:
            return [f"no letter: {malformed}"]
        if letter.type not in self._contracts:
            return [f"{letter.type} is no contract"]
        teller, headers, data = self._contracts[letter.type]
        found = [] if service_of(topic) == teller else [f"only {teller} tells {letter.type}"]
        if message.key != letter.subject:
            found.append(f"its key is {message.key}, its subject {letter.subject}")
        found += [f"headers/{fault}" for fault in headers(dict(message.headers))]
        try:
            value = json.loads(letter.data)
        except ValueError as error:
            return [*found, f"data/{error}"]
        found += [f"data/{fault}" for fault in data(value)]
        return found + self._attribute_faults(message, value)

    def _attribute_faults(self, message: Message, value: Any) -> list[str]:
        if self._cloudevents is None:
            return []
        attributes = {name.removeprefix("ce_"): text for name, text in message.headers.items() if name[:3] == "ce_"}
        event = attributes | {"datacontenttype": message.headers.get("content-type"), "data": value}
        return [f"CloudEvents/{fault}" for fault in self._cloudevents(event)]


def schema_in(path: Path) -> Mapping[str, Any] | None:
    """Return the JSON Schema in a file, if there is one."""
    return json.loads(path.read_text()) if path.exists() else None


async def inspect_wire(url: str, cloudevents: Mapping[str, Any] | None = None) -> Findings:
    """Open a wire, read all its topics, and say what is there."""
    wire = await open_wire(url)
    try:
        return await inspect(wire, Inspector(cloudevents))
    finally:
        await wire.aclose()


async def inspect(wire: Wire, inspector: Inspector, services: Sequence[str] = SERVICES) -> Findings:
    """Read the topics of services, in all their generations, from their beginning to where they end now."""
    known = await wire.topics()
    topics = [topic_of(service, each) for service in services for each in generations_of(service, known)]
    ends = {place: end for topic in topics for place, end in (await wire.ends(topic)).items() if end > 0}
    findings = Findings()
    if ends:
        async with wire.reader(f"attain-contracts-{new_id()}", topics, from_the_beginning) as reader:
            await read_to(ends, reader, inspector, findings)
    return findings


async def from_the_beginning(_places: Sequence[Place]) -> Mapping[Place, int]:
    """Leave every place to be read from its beginning."""
    return {}


async def read_to(ends: Mapping[Place, int], reader: Reader, inspector: Inspector, findings: Findings) -> None:
    """Read until every place has been read to its end; what cannot be read is a fault."""
    left = dict(ends)
    while left:
        delivered = await reader.read(BATCH_SIZE_MAX, QUIET_SECONDS_MAX)
        if not delivered:
            findings.faults += [
                f"{place.topic}/{place.partition} cannot be read to {end}" for place, end in left.items()
            ]
            findings.fault_count += len(left)
            return
        for each in delivered:
            if each.offset < ends.get(each.place, 0):
                faults = inspector.faults(each.topic, each.message)
                where = f"{each.topic}/{each.partition} at {each.offset}"
                findings.add(each.message.headers.get("ce_type", "?"), [f"{where}: {fault}" for fault in faults])
            if each.offset + 1 >= left.get(each.place, each.offset + 2):
                del left[each.place]
        await asyncio.sleep(0)
