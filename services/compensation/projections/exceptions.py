"""What is won or done but not paid, and why? What is nobody's credit, and credits that no plan pays yet."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, Text, and_, case, cast, literal, null, or_, select, union_all

from compensation.projections.activity_credits import activity_credits
from compensation.projections.billing import invoices, payments
from compensation.projections.credits import credits_table
from compensation.projections.deals import CANCELLED, WON, deals
from compensation.projections.earnings import PAID, earnings
from events.domain import Value


class ExceptionRow(Value, tag=False):
    """A deal's share or a document that is nobody's, or a person's credits of a period that are not paid, all for one
    reason.
    """

    exception_id: str
    kind: str
    deal_id: str | None
    document_kind: str | None
    document_id: str | None
    person_id: str | None
    plan_id: str | None
    period: str | None
    amount: Decimal | None
    currency: str | None
    credit_count: int


def listed(kind: str | None, counted: Collection[str]) -> Select[Any]:
    """Ask for exceptions, of one kind or of all; of invoices and payments where some plan counts such."""
    kind_of = case((credits_table.c.source == "stages", literal("stages")), else_=credits_table.c.document_kind)
    named = kind_of + ":" + credits_table.c.document_id
    of_deals = select(
        (named + "~" + cast(credits_table.c.number, Text)).label("exception_id"),
        credits_table.c.problem.label("kind"),
        credits_table.c.deal_id,
        credits_table.c.document_kind,
        credits_table.c.document_id,
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
        cast(null(), Text).label("document_kind"),
        cast(null(), Text).label("document_id"),
        earnings.c.person_id,
        earnings.c.plan_id,
        earnings.c.period,
        earnings.c.credited.label("amount"),
        earnings.c.currency,
        earnings.c.credit_count,
    ).where(earnings.c.problem != PAID)
    several = union_all(of_deals, of_activities(), of_people, *(of_billed(each) for each in sorted(counted))).subquery()
    return select(several) if kind is None else select(several).where(several.c.kind == kind)


def of_billed(kind: str) -> Select[*tuple[Any, ...]]:
    """Ask for invoices or payments of deals that are not won, or that nobody has told of."""
    table, id_ = (invoices, invoices.c.invoice_id) if kind == "invoice" else (payments, payments.c.payment_id)
    problem = case((deals.c.deal_id.is_(None), "unknown_deal"), else_="deal_not_won")
    billed = table.join(deals, deals.c.deal_id == table.c.deal_id, isouter=True)
    not_won = and_(deals.c.status != WON, or_(deals.c.status != CANCELLED, deals.c.cancelled_on.is_(None)))
    return (
        select(
            (literal(f"{kind}:") + id_).label("exception_id"),
            problem.label("kind"),
            table.c.deal_id,
            literal(kind).label("document_kind"),
            id_.label("document_id"),
            cast(null(), Text).label("person_id"),
            cast(null(), Text).label("plan_id"),
            cast(null(), Text).label("period"),
            table.c.amount,
            table.c.currency,
            cast(literal(1), Integer).label("credit_count"),
        )
        .select_from(billed)
        .where(or_(deals.c.deal_id.is_(None), not_won))
    )


def of_activities() -> Select[*tuple[Any, ...]]:
    """Ask for activities that are nobody's credit."""
    return select(
        (literal("activity:") + activity_credits.c.activity_id).label("exception_id"),
        activity_credits.c.problem.label("kind"),
        activity_credits.c.deal_id,
        literal("activity").label("document_kind"),
        activity_credits.c.activity_id.label("document_id"),
        activity_credits.c.person_id,
        cast(null(), Text).label("plan_id"),
        cast(null(), Text).label("period"),
        cast(null(), credits_table.c.amount.type).label("amount"),
        cast(null(), Text).label("currency"),
        cast(literal(1), Integer).label("credit_count"),
    ).where(activity_credits.c.problem.is_not(None))
