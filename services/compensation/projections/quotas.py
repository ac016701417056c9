"""What is expected of whom? Heard from goals, which alone says what a quota is worth in a period."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, ColumnElement, Date, Index, MetaData, Table, Text, select

from compensation.domain.engine.facts import Quota, person_and_year, person_year
from compensation.projections.teams import Teams
from events.contracts.goals import QuotaAdjustedV1, QuotaSetV1, SubjectQuotaSetV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

QUOTA = "heard-goals-quota"
YEAR_DIGITS = 4
"""A fiscal period's name begins with its year: 2017-Q1."""

metadata = MetaData()

quotas = Table(
    "quotas",
    metadata,
    Column("quota_id", Text, primary_key=True),
    Column("person_year", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text),
    Index("quotas_by_person_year", "person_year"),
)

team_quotas = Table(
    "team_quotas",
    metadata,
    Column("quota_id", Text, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("year", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text),
    Index("team_quotas_by_team", "team_id"),
)


class QuotaRow(Value, tag=False):
    """A person's effective quota in a period."""

    quota_id: str
    person_year: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None

    def quota(self) -> Quota:
        """Return it as the pay engine reads it."""
        return Quota(
            measure=self.measure,
            period=self.period,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount=self.amount,
            currency=self.currency,
        )


class TeamQuotaRow(Value, tag=False):
    """What a team is expected to reach in a period; no currency says that it is a plain number."""

    quota_id: str
    team_id: str
    year: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None

    def quota(self) -> Quota:
        """Return it as the pay engine reads it."""
        return Quota(
            measure=self.measure,
            period=self.period,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount=self.amount,
            currency=self.currency,
            of="team",
        )


def project(rows: Rows[QuotaRow], recorded: Recorded[Value]) -> Rows[QuotaRow]:
    """Say what the quota is after an event."""
    match recorded.event:
        case (QuotaSetV1() | QuotaAdjustedV1()) as told:
            row = QuotaRow(
                quota_id=recorded.key,
                person_year=person_year(told.person_id, told.period[:YEAR_DIGITS]),
                person_id=told.person_id,
                measure=told.measure,
                period=told.period,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
                amount=told.amount.amount,
                currency=told.amount.currency,
            )
            return rows.put(row)
        case SubjectQuotaSetV1(subject_kind="person") as told:
            row = QuotaRow(
                quota_id=recorded.key,
                person_year=person_year(told.subject_id, told.period[:YEAR_DIGITS]),
                person_id=told.subject_id,
                measure=told.measure,
                period=told.period,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
                amount=told.amount,
                currency=told.currency,
            )
            return rows.put(row)
        case _:
            return rows


def project_team(rows: Rows[TeamQuotaRow], recorded: Recorded[Value]) -> Rows[TeamQuotaRow]:
    """Say what a team's quota is after an event."""
    match recorded.event:
        case SubjectQuotaSetV1(subject_kind="team") as told:
            row = TeamQuotaRow(
                quota_id=recorded.key,
                team_id=told.subject_id,
                year=told.period[:YEAR_DIGITS],
                measure=told.measure,
                period=told.period,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
                amount=told.amount,
                currency=told.currency,
            )
            return rows.put(row)
        case _:
            return rows


QUOTAS = Projection(table=quotas, row=QuotaRow, kind=QUOTA, project=project, version=2)
TEAM_QUOTAS = Projection(table=team_quotas, row=TeamQuotaRow, kind=QUOTA, project=project_team)


def of_years(reading: Reading, keys: Iterable[str]) -> dict[str, list[Quota]]:
    """Return the quotas of people's fiscal years, by the year's key."""
    found: dict[str, list[Quota]] = {}
    statement = select(quotas).where(reading.among(quotas.c.person_year, keys))
    for row in reading.rows(statement, QuotaRow):
        found.setdefault(row.person_year, []).append(row.quota())
    return found


def of_teams(reading: Reading, keys: Iterable[str]) -> dict[str, list[Quota]]:
    """Return the quotas of the teams of people's fiscal years, by the year's key: of the team of their last day."""
    years = {key: person_and_year(key) for key in keys}
    rows = reading.rows(select(team_quotas).where(of_year(reading, years)), TeamQuotaRow)
    if not rows:
        return {}
    teams = Teams(reading, {person_id for person_id, _ in years.values()})
    return {
        key: [row.quota() for row in rows if row.year == year and teams.on(person_id, row.ends_on) == row.team_id]
        for key, (person_id, year) in years.items()
    }


def of_year(reading: Reading, years: Mapping[str, tuple[str, str]]) -> ColumnElement[bool]:
    """Return the condition that a team's quota is one of some years."""
    return reading.among(team_quotas.c.year, sorted({year for _, year in years.values()}))
