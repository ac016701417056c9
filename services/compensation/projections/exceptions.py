"""What is won but not paid, and why? Deals that are nobody's credit, and credits that no plan pays yet."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, Text, cast, literal, null, select, union_all

from compensation.projections.credits import credits_table
from compensation.projections.earnings import PAID, earnings
from events.domain import Value


class ExceptionRow(Value, tag=False):
    """A deal's share that is nobody's, or a person's credits of a period that are not paid, all for one reason."""

    exception_id: str
    kind: str
    deal_id: str | None
    person_id: str | None
    plan_id: str | None
    period: str | None
    amount: Decimal | None
    currency: str | None
    credit_count: int


def listed(kind: str | None) -> Select[Any]:
    """Ask for exceptions, of one kind or of all."""
    share = literal("deal:") + credits_table.c.deal_id + "~" + cast(credits_table.c.number, Text)
    of_deals = select(
        share.label("exception_id"),
        credits_table.c.problem.label("kind"),
        credits_table.c.deal_id,
        credits_table.c.person_id,
        cast(null(), Text).label("plan_id"),
        cast(null(), Text).label("period"),
        credits_table.c.amount,
        credits_table.c.currency,
        cast(literal(1), Integer).label("credit_count"),
    ).where(credits_table.c.problem.is_not(None))
    place = earnings.c.person_year + "~" + earnings.c.period + "~" + earnings.c.plan_id + "~" + earnings.c.component
    of_people = select(
        (literal("person:") + place + "~" + earnings.c.problem + "~" + earnings.c.currency).label("exception_id"),
        earnings.c.problem.label("kind"),
        cast(null(), Text).label("deal_id"),
        earnings.c.person_id,
        earnings.c.plan_id,
        earnings.c.period,
        earnings.c.credited.label("amount"),
        earnings.c.currency,
        earnings.c.credit_count,
    ).where(earnings.c.problem != PAID)
    both = union_all(of_deals, of_people).subquery()
    return select(both) if kind is None else select(both).where(both.c.kind == kind)
