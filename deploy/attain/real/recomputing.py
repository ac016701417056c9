"""Statements computed twice: as they stand, and again from a copy of compensation's log with empty read models.

`python -m attain.real.recomputing URL` says as one JSON line whether they are the same to the cent; exit code 1 if not.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select

from attain.quiet import blueprint
from compensation.projections.statements import all_statements
from edge.clock import utc_now
from events.opening import Store, open_store
from events.store import log
from events.store.database import Database, open_database
from events.store.migrate import migrate
from events.store.session import Reading, Writing
from events.store.tables import events

PAGE_SIZE = 5_000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where something stands otherwise than it is computed anew: `earnings/2017-Q1, …/earned`."""

    person_year: str
    place: str
    stands: str
    computed: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many people's fiscal years were compared, and every difference in their sums, lines, slices and payouts."""

    compared: int
    differences: tuple[Difference, ...]

    @property
    def different(self) -> tuple[str, ...]:
        """Whose years differ."""
        return tuple(dict.fromkeys(each.person_year for each in self.differences))

    @property
    def equal(self) -> bool:
        """Say whether there were any, and none differs."""
        return self.compared > 0 and not self.differences


async def recompute(url: str, folder: Path, known_at: int | None = None) -> Outcome:
    """Compare the statements in a database with those computed anew in an empty one in the folder.

    With a position, they are computed from the log up to there: as they were known then.
    """
    live = open_database(url)
    try:
        standing = await live.read(all_statements)
        store = await computed_anew(live, f"sqlite:///{folder}/compensation.db", known_at)
    finally:
        await live.close()
    try:
        return compare(standing, await store.read(all_statements))
    finally:
        await store.close()


async def computed_anew(live: Database, url: str, known_at: int | None = None) -> Store:
    """Copy the events, nothing else, into an empty database, and compute everything that follows from them.

    `known_at` is the position of the last event that is copied.
    """
    empty = open_database(url)
    await empty.write(migrate)
    position = 0
    while page := await live.read(lambda reading, after=position: log.page(reading, after, PAGE_SIZE)):
        known = [row for row in page if known_at is None or row[0] <= known_at]
        await empty.write(lambda writing, known=known: copy(writing, known))
        position = page[-1][0]
    await empty.close()
    made = blueprint("compensation")
    return await open_store(
        url,
        codec=made.codec(),
        clock=utc_now,
        projections=made.projections,
        derivations=made.derivations,
    )


def copy(writing: Writing, page: Sequence[Any]) -> None:
    """Insert rows of another log as they are."""
    names = [column.name for column in log.COLUMNS]
    writing.insert(events, [dict(zip(names, row, strict=True)) for row in page])


def last_recorded(reading: Reading, at: datetime) -> int:
    """Return the position of the last event that was recorded until an instant."""
    return reading.scalar(select(func.max(events.c.position)).where(events.c.recorded_at <= at)) or 0


def compare(standing: Sequence[dict[str, Any]], again: Sequence[dict[str, Any]]) -> Outcome:
    """Compare the same people's years, as they stand and as they are computed anew."""
    before, after = ({each["person_year"]: each for each in years} for years in (standing, again))
    found = [
        Difference(person_year=year, place=place, stands=stands, computed=computed)
        for year in sorted(before.keys() | after.keys())
        for place, stands, computed in found_in(before.get(year), after.get(year))
    ]
    return Outcome(compared=len(standing), differences=tuple(found))


def found_in(stands: Mapping[str, Any] | None, computed: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    """Yield where a year differs from the same year computed anew, or from itself."""
    left, right = ({name: each for name, each in (year or {}).items() if name != "sums"} for year in (stands, computed))
    yield from differences(left, right)
    yield from apart(stands or {})


def apart(year: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield where the stored sums of a year are not those of its lines, whatever the log says."""
    sums = year.get("sums", {"stored": {}, "lines": {}})
    for place, stored, lines in differences(sums["stored"], sums["lines"]):
        yield f"sums of lines/{place}", stored, lines


def differences(stands: Any, computed: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield where two JSON values differ, and what each of them says there."""
    left, right = members(stands), members(computed)
    if left is None or right is None:
        if stands != computed:
            yield place.removeprefix("/"), shown(stands), shown(computed)
        return
    for name in {**left, **right}:
        yield from differences(left.get(name), right.get(name), f"{place}/{name}")


def members(value: Any) -> Mapping[str, Any] | None:
    """Return what is in an object or a list, by name; none for anything else.

    The elements of a list are named by what tells them apart, so that one more or less moves none of the others.
    """
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    if not isinstance(value, list):
        return None
    elements = cast("list[Any]", value)
    names = [name_of(each) for each in elements]
    if len(set(names)) < len(names) or "" in names:
        names = [str(number) for number in range(len(elements))]
    return dict(zip(names, elements, strict=True))


def name_of(element: Any) -> str:
    """Return what tells a period, a row or a line from the others of its list."""
    found = members(element) if isinstance(element, dict) else None
    if found is None:
        return ""
    credit: Any = found.get("credit")
    period: Any = found.get("period", "")
    said = [str(found.get(name, "")) for name in ("plan_id", "component", "problem", "currency")]
    said.insert(0, period if isinstance(period, str) else period["name"])
    said += [f"{credit['deal_id']}#{credit['number']}"] if credit else []
    return " ".join(filter(None, said))


def shown(value: Any) -> str:
    """Return a value as a person compares it."""
    return "nothing" if value is None else json.dumps(value) if isinstance(value, dict | list) else str(value)


def main(url: str) -> int:
    """Compare, print the outcome, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="attain-recomputed-") as folder:
        outcome = asyncio.run(recompute(url, Path(folder)))
    print(json.dumps({"equal": outcome.equal, "compared": outcome.compared, "different": outcome.different}))
    return 0 if outcome.equal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
