"""Who is credited with what by hand, and why?"""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Column, Date, Index, MetaData, Select, Table, Text, select

from compensation.domain.hand_credit import CreditGivenByHand, HandCredit, HandCreditEvent, HandCreditWithdrawn
from events.domain import Recorded
from events.projector import Projection, Rows
from events.store.columns import Exact, Instant
from events.store.session import Reading

BY_ITSELF = "credit~"
"""Begins the name under which a credit stands that is for no deal."""

hand_credits = Table(
    "hand_credits",
    MetaData(),
    Column("credit_id", Text, primary_key=True),
    Column("credited_under", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("margin", Exact),
    Column("units", Exact),
    Column("deals", Exact),
    Column("value_per_year", Exact),
    Column("deal_id", Text),
    Column("reason", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("event_version", BigInteger, nullable=False),
    Column("event_at", Instant, nullable=False),
    Column("event_position", BigInteger, nullable=False),
    Index("hand_credits_by_deal", "credited_under"),
    Index("hand_credits_by_person", "person_id"),
)


def project(rows: Rows[HandCredit], recorded: Recorded[HandCreditEvent]) -> Rows[HandCredit]:
    """Say what is credited by hand after an event."""
    match recorded.event:
        case CreditGivenByHand() as given:
            return rows.put(credit_of(given, recorded))
        case HandCreditWithdrawn():
            return rows.drop(recorded.key)


def credit_of(given: CreditGivenByHand, recorded: Recorded[HandCreditEvent]) -> HandCredit:
    """Return the row of a credit that was given."""
    terms, envelope = given.terms, recorded.envelope
    return HandCredit(
        credit_id=recorded.key,
        credited_under=terms.deal_id or f"{BY_ITSELF}{recorded.key}",
        person_id=terms.person_id,
        rule=terms.rule,
        booked_on=terms.booked_on,
        amount=terms.amount.amount,
        currency=terms.amount.currency,
        margin=terms.margin,
        units=terms.units,
        deals=terms.deals,
        value_per_year=terms.value_per_year,
        deal_id=terms.deal_id,
        reason=given.reason,
        given_by=given.given_by,
        event_id=str(envelope.id),
        event_version=envelope.version,
        event_at=envelope.occurred_at,
        event_position=envelope.position,
    )


HAND_CREDITS = Projection(table=hand_credits, row=HandCredit, kind="credit", project=project)


def given_under(reading: Reading, names: Iterable[str]) -> dict[str, tuple[HandCredit, ...]]:
    """Return the credits by hand of the deals among some, or by themselves, in the order of their ids."""
    found: dict[str, list[HandCredit]] = {}
    wanted = select(hand_credits).where(reading.among(hand_credits.c.credited_under, list(names)))
    for row in reading.rows(wanted.order_by(hand_credits.c.credit_id), HandCredit):
        found.setdefault(row.credited_under, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def all_given(reading: Reading) -> Iterable[str]:
    """Return under which names there are credits by hand."""
    return [name for (name,) in reading.tuples(select(hand_credits.c.credited_under).distinct())]


def given_to(reading: Reading, person_ids: Sequence[str]) -> Iterable[str]:
    """Return under which names people are credited by hand."""
    mine = reading.among(hand_credits.c.person_id, list(person_ids))
    return [name for (name,) in reading.tuples(select(hand_credits.c.credited_under).where(mine).distinct())]


def listed(person_id: str | None, deal_id: str | None) -> Select[tuple[HandCredit]]:
    """Ask for credits by hand: of one person, of one deal, or all."""
    statement = select(hand_credits)
    if person_id is not None:
        statement = statement.where(hand_credits.c.person_id == person_id)
    return statement if deal_id is None else statement.where(hand_credits.c.deal_id == deal_id)
