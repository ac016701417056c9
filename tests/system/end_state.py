"""What is there in the end: all that people see, and what every log holds, its own and of what it heard."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Table, func, select

from attain.client import Client
from attain.company import CURRENCY
from attain.demo.people import YEAR
from attain.quiet import Watch, blueprint
from events.domain import Recorded, Value
from events.store import log
from events.store.session import Reading
from events.store.tables import deliveries, parked, requests

PERIODS = (str(YEAR), *(f"{YEAR}-Q{quarter}" for quarter in range(1, 5)))
PASSING = frozenset({"computed_up_to", "event_id", "note_id", "position", "recorded_at"})
"""What differs between two runs of the same load: ids, places in the log, instants of the clock."""

LISTS = {
    "deals": "/performance/v1/deals",
    "parked": "/performance/v1/parked",
    "people": "/goals/v1/people",
    "teams": "/goals/v1/teams",
    "quotas": "/goals/v1/quotas",
    "plans": "/compensation/v1/plans",
    "attainment": "/compensation/v1/attainment",
    "exceptions": "/compensation/v1/exceptions",
    "notes": "/feedback/v1/notes",
}
LOG_LENGTH_MAX = 1_000_000

Seen: TypeAlias = Mapping[str, Any]
History: TypeAlias = Sequence[Recorded[Value]]
Place: TypeAlias = tuple[str, int, UUID]
"""Stream, version and id of an event."""


async def what_people_see(client: Client) -> Seen:
    """Return the answers to all that people ask, without what differs between two runs."""
    seen: dict[str, Any] = {name: await client.ask_all(path) for name, path in LISTS.items()}
    for period in PERIODS:
        for by in ("person", "team"):
            seen[f"leaderboard {period} by {by}"] = await client.ask(
                "/performance/v1/leaderboard", period=period, currency=CURRENCY, by=by
            )
        earners = await client.ask_all("/compensation/v1/statements", period=period)
        seen[f"statements {period}"] = earners
        for person_id in sorted(each["person_id"] for each in earners):
            address = f"/compensation/v1/statements/{person_id}"
            seen[f"statement {period} of {person_id}"] = await client.ask(address, period=period)
    lasts = {name: lasting(answer) for name, answer in seen.items()}
    return lasts | {"notes": sorted(lasts["notes"], key=json.dumps)}


def lasting(answer: Any) -> Any:
    """Return an answer without what differs between two runs."""
    return json.loads(json.dumps(answer), object_hook=without_passing)


def without_passing(members: dict[str, Any]) -> dict[str, Any]:
    """Return an object's members but those that differ."""
    return {name: value for name, value in members.items() if name not in PASSING}


async def histories(watch: Watch) -> dict[str, History]:
    """Return the whole log of each service."""

    def everything(reading: Reading, name: str) -> History:
        codec = blueprint(name).codec()
        return [log.recorded(codec, row) for row in log.page(reading, 0, LOG_LENGTH_MAX)]

    return {
        name: await database.read(lambda reading, name=name: everything(reading, name))
        for name, database in watch.databases.items()
    }


def own_streams(history: History) -> dict[str, History]:
    """Return the streams that a service owns."""
    streams: defaultdict[str, list[Recorded[Value]]] = defaultdict(list)
    for each in history:
        if not each.kind.startswith(Recorded.HEARD):
            streams[each.envelope.stream].append(each)
    return dict(streams)


def told(service: str, history: History) -> list[Place]:
    """Return what a service has to tell of its log."""
    publish = blueprint(service).publish
    return sorted(
        (each.envelope.stream, each.version, each.envelope.id)
        for events in own_streams(history).values()
        for each in events
        if publish(each) is not None
    )


def heard(history: History, source: str) -> list[Place]:
    """Return what a service has heard of another one, each time that it is in its log."""
    prefix = f"{Recorded.HEARD}-{source}-"
    return sorted(
        (each.envelope.stream.removeprefix(prefix), each.version, each.envelope.id)
        for each in history
        if each.envelope.stream.startswith(prefix)
    )


async def counts(watch: Watch) -> dict[str, list[int]]:
    """Return how many requests each service remembers, how many raw deliveries it keeps, and how much it parked."""

    def count(reading: Reading, table: Table) -> int:
        return reading.scalar(select(func.count()).select_from(table))

    return {
        name: [await each.read(lambda reading, table=table: count(reading, table)) for table in KEPT]
        for name, each in watch.databases.items()
    }


KEPT = (requests, deliveries, parked)
