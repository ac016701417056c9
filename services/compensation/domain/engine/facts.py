"""What pay follows from: a person's credits of a fiscal year, quotas, plans, and the calendar."""

from datetime import date
from decimal import Decimal

from compensation.domain.assignment import Spell
from compensation.domain.document import PlanDocument
from compensation.domain.engine.credit import Credit
from events.domain import Value
from fiscal.calendar import FiscalCalendar


class Quota(Value, tag=False):
    """What a person is expected to reach in a period, which is named fiscally. Both days belong to it."""

    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str


class PlanVersion(Value, tag=False):
    """A published version of a plan, from a day on until the next one."""

    plan_id: str
    version: int
    effective_on: date
    document: PlanDocument


class PersonYear(Value, tag=False):
    """All facts of one person's fiscal year, in no particular order."""

    person_id: str
    year: str
    calendar: FiscalCalendar
    credits: tuple[Credit, ...]
    quotas: tuple[Quota, ...]
    spells: tuple[Spell, ...]
    versions: tuple[PlanVersion, ...]


def person_year(person_id: str, year: str) -> str:
    """Return the key of a person's fiscal year."""
    return f"{person_id}~{year}"


def person_and_year(key: str) -> tuple[str, str]:
    """Return the person and the fiscal year of a key."""
    person_id, _, year = key.rpartition("~")
    return person_id, year
