"""Which deals credit nobody, or not somebody, by hand, and why?"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, Integer, MetaData, Select, Table, Text, select

from compensation.domain.exclusion import EVERYONE, CreditExcluded, ExclusionEvent, ExclusionWithdrawn
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

exclusions = Table(
    "exclusions",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("excluded_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
)


class ExclusionRow(Value, tag=False):
    """Who is excluded from a deal, by whom and why; everybody where the person is empty. `version` is the stream's."""

    deal_id: str
    person_id: str
    reason: str
    excluded_by: str
    version: int


def project(rows: Rows[ExclusionRow], recorded: Recorded[ExclusionEvent]) -> Rows[ExclusionRow]:
    """Say who is excluded from the deal after an event."""
    person_id = recorded.event.person_id or EVERYONE
    match recorded.event:
        case CreditExcluded(reason=reason, excluded_by=author):
            row = ExclusionRow(
                deal_id=recorded.key,
                person_id=person_id,
                reason=reason,
                excluded_by=author,
                version=recorded.version,
            )
            return rows.put(row)
        case ExclusionWithdrawn():
            return rows.drop(recorded.key, person_id)


EXCLUSIONS = Projection(table=exclusions, row=ExclusionRow, kind="exclusion", project=project)


def excluded_from(reading: Reading, deal_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Return, for the deals among some, who is excluded from each, with who said so and why."""
    found: dict[str, dict[str, str]] = {}
    wanted = select(exclusions).where(reading.among(exclusions.c.deal_id, list(deal_ids)))
    for row in reading.rows(wanted, ExclusionRow):
        found.setdefault(row.deal_id, {})[row.person_id] = f"{row.excluded_by}: {row.reason}"
    return dict(found)


def listed(deal_id: str | None) -> Select[tuple[ExclusionRow]]:
    """Ask for exclusions, of one deal or of all."""
    statement = select(exclusions)
    return statement if deal_id is None else statement.where(exclusions.c.deal_id == deal_id)
