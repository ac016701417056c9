"""Commands that need to know what other streams say, read from the read models and put in."""

from datetime import date

from compensation.domain.assignment import AssignPerson, EndAssignment, assignment_id
from compensation.projections import assignments, people, plans
from events.domain import Value
from events.store.session import Reading
from money.money import Money


class Assigning(Value, tag=False):
    """Who is to be assigned to what, and when."""

    person_id: str
    plan_id: str
    starts_on: date
    ends_on: date | None
    target_pay: Money | None = None
    base_pay: Money | None = None
    pay_currency: str | None = None


def assign_person(reading: Reading, wanted: Assigning) -> AssignPerson:
    """Return the command with what it needs to know of the person and the plan."""
    beside = assignments.spells_beside(reading, wanted.person_id, assignment_id(wanted.person_id, wanted.plan_id))
    return AssignPerson(
        person_id=wanted.person_id,
        plan_id=wanted.plan_id,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        target_pay=wanted.target_pay,
        base_pay=wanted.base_pay,
        pay_currency=wanted.pay_currency,
        person_is_known=people.is_known(reading, wanted.person_id),
        plan_is_published=plans.is_published(reading, wanted.plan_id),
        others=beside,
    )


def end_assignment(reading: Reading, of: str, ends_on: date) -> EndAssignment:
    """Return the command with the person's other plans."""
    person_id = assignments.person_of(reading, of)
    others = () if person_id is None else assignments.spells_beside(reading, person_id, of)
    return EndAssignment(ends_on=ends_on, others=others)
