"""What pay follows from: a person's credits of a fiscal year, quotas, plans, and the calendar."""

from datetime import date
from decimal import Decimal

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Component, Measure, PlanDocument, QuotaOf
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.rate import Rates
from events.domain import Value
from fiscal.calendar import FiscalCalendar


class Quota(Value, tag=False):
    """What a person, or the person's team, is expected to reach in a period, which is named fiscally. Both days belong
    to it. It is money, or without a currency a plain number.
    """

    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None
    of: QuotaOf = "person"


class PlanVersion(Value, tag=False):
    """A published version of a plan, from a day on until the next one."""

    plan_id: str
    version: int
    effective_on: date
    document: PlanDocument

    def measure_of(self, component: Component) -> Measure:
        """Return what a component measures."""
        [found] = [each for each in self.document.measures if each.id == component.measure]
        return found


class PersonYear(Value, tag=False):
    """All facts of one person's fiscal year, in no particular order; the rates of each pair by their days.

    What is `excluded` by hand is no credit: it is shown, and counts for nothing.
    """

    person_id: str
    year: str
    calendar: FiscalCalendar
    credits: tuple[Credit, ...]
    quotas: tuple[Quota, ...]
    spells: tuple[Spell, ...]
    versions: tuple[PlanVersion, ...]
    rates: Rates = {}
    excluded: tuple[Credit, ...] = ()


def quota_of(facts: PersonYear, measure: str | None, period: str, of: QuotaOf = "person") -> Quota | None:
    """Return the quota of a measure in a period."""
    for each in facts.quotas:
        if each.period == period and each.measure == measure and each.of == of:
            return each
    return None


def person_year(person_id: str, year: str) -> str:
    """Return the key of a person's fiscal year."""
    return f"{person_id}~{year}"


def person_and_year(key: str) -> tuple[str, str]:
    """Return the person and the fiscal year of a key."""
    person_id, _, year = key.rpartition("~")
    return person_id, year
