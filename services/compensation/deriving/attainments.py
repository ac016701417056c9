"""Attainment follows from what earnings follow from; it is told where it changes, and taken back where it is gone."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from compensation.deriving.years import YEAR_GROUPS, YEAR_KEYS
from compensation.domain.attainment import AttainmentMeasured, attainment_stream
from compensation.domain.engine.attaining import attained
from compensation.domain.engine.exact import plain
from compensation.domain.engine.exchanging import quota_in
from compensation.domain.engine.facts import PersonYear, Quota, person_year, quota_of
from compensation.domain.engine.version import with_engine
from compensation.projections.attainments import AttainmentRow, attainments, told_before
from compensation.projections.years import year_facts
from events.deriving import Derivation, Derived, Tell
from events.domain import Value
from events.store.session import Reading
from money.money import Money


class AttainmentFacts(Value, tag=False):
    """A person's year, and what was last told of its attainment."""

    year: PersonYear
    told: tuple[AttainmentMeasured, ...]


def attainment_facts(reading: Reading, keys: Sequence[str]) -> dict[str, AttainmentFacts]:
    """Return the facts of people's years."""
    told = told_before(reading, keys)
    return {
        key: AttainmentFacts(year=facts.year, told=tuple(told.get(key, ())))
        for key, facts in year_facts(reading, keys).items()
    }


def derive(facts: AttainmentFacts) -> Derived[AttainmentRow]:
    """Return the attainment of each measure and period, and what is worth telling of it."""
    rows = rows_of(facts.year)
    here = {(row.measure, row.period) for row in rows}
    gone = [taken_back(facts.year, told) for told in facts.told if (told.measure, told.period) not in here]
    return Derived(rows=rows, tells=tuple(tell(each) for each in (*map(measured_by, rows), *gone)))


def rows_of(year: PersonYear) -> tuple[AttainmentRow, ...]:
    """Return the attainment of a year as rows."""
    return tuple(
        AttainmentRow(
            person_year=person_year(year.person_id, year.year),
            measure=each.measure,
            period=each.period.name,
            person_id=year.person_id,
            starts_on=each.period.starts_on,
            ends_on=each.period.ends_on,
            currency=each.currency,
            credit=plain(each.measured.credit),
            quota=each.measured.quota,
            percent=each.measured.percent,
        )
        for each in attained(year)
    )


def measured_by(row: AttainmentRow) -> AttainmentMeasured:
    """Return what is told of a row."""
    return AttainmentMeasured(
        subject_kind="person",
        subject_id=row.person_id,
        measure=row.measure,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        credit=Money(amount=row.credit, currency=row.currency),
        quota=None if row.quota is None else Money(amount=row.quota, currency=row.currency),
        percent=row.percent,
    )


def taken_back(year: PersonYear, told: AttainmentMeasured) -> AttainmentMeasured:
    """Return the attainment of a period whose credits are all gone."""
    known = quota_beside(year, told)
    quota = known if known is not None and known.amount > 0 and known.currency is not None else None
    currency = told.credit.currency if quota is None or quota.currency is None else quota.currency
    return msgspec.structs.replace(
        told,
        credit=Money.zero(currency),
        quota=None if quota is None else Money(amount=quota.amount, currency=currency),
        percent=None if quota is None else Decimal("0.00"),
    )


def quota_beside(year: PersonYear, told: AttainmentMeasured) -> Quota | None:
    """Return the quota beside which a measure stands, as the last version that has the measure looks at it."""
    found = [
        (version.document, each)
        for version in year.versions
        for each in version.document.measures
        if each.id == told.measure
    ]
    return quota_in(year, *found[-1], told.period) if found else quota_of(year, told.measure, told.period)


def tell(event: AttainmentMeasured) -> Tell:
    """Return where attainment is told."""
    return Tell(stream=attainment_stream(event), event=event)


ATTAINMENTS = Derivation(
    table=attainments,
    row=AttainmentRow,
    facts=attainment_facts,
    derive=derive,
    keys=YEAR_KEYS,
    groups=YEAR_GROUPS,
    version=with_engine(1),
)
