"""Deals to test with, in one company's words, and strategies that draw their deliveries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from events.domain import Refused
from money.money import Money
from performance.domain.deal import DEAL, Deal, DealEvent, TakeDelivery
from performance.domain.fields import CustomField, DayField, FlagField, NumberField, TextField
from performance.domain.lines import Line
from performance.domain.terms import KnownOwner, Owner, Split, Stamp, UnmatchedOwner

MONDAY = datetime(2017, 3, 6, 9, tzinfo=UTC)
ANNA = KnownOwner(person_id="anna")
CARL = KnownOwner(person_id="carl")
STRANGER = UnmatchedOwner(owner_hash="h-1")
OWNERS: tuple[Owner, ...] = (ANNA, CARL, STRANGER)


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def stamp(day: int, delivery_id: str = "msg_1") -> Stamp:
    """Return the stamp of so many days after a Monday."""
    return Stamp(source_at=MONDAY + timedelta(days=day), delivery_id=delivery_id)


def says(day: int, delivery_id: str = "msg_1", **fields: Any) -> TakeDelivery:
    """Return a delivery of so many days after a Monday."""
    return TakeDelivery(stamp=stamp(day, delivery_id), **fields)


def halves(one: Owner, other: Owner) -> tuple[Split, ...]:
    return (Split(owner=one, percent=Decimal(50)), Split(owner=other, percent=Decimal(50)))


def history(deliveries: Sequence[TakeDelivery]) -> tuple[Deal, list[DealEvent]]:
    """Take deliveries in their order, and those that cannot be understood yet again at the end, as retries do."""
    state: Deal = DEAL.initial
    events: list[DealEvent] = []
    waiting = list(deliveries)
    while waiting:
        parked: list[TakeDelivery] = []
        for delivery in waiting:
            try:
                made = DEAL.decide(delivery, state)
            except Refused:
                parked.append(delivery)
                continue
            for event in made:
                state = DEAL.evolve(state, event)
                events.append(event)
        if len(parked) == len(waiting):
            break
        waiting = parked
    return state, events


def line(line_id: str, amount: str, **members: Any) -> Line:
    return Line(line_id=line_id, amount=Decimal(amount), **members)


LINES: tuple[tuple[Line, ...], ...] = (
    (line("1", "60.00", product_id="gtx-pro", type="license", quantity=Decimal(3)), line("2", "40.00")),
    (line("1", "75.50", value_per_year=Decimal("25.00"), term_months=36, renewal=True),),
)


def named(values: Mapping[str, CustomField | None]) -> dict[str, CustomField | None]:
    """Return custom fields under the names that they are drawn for."""
    return {name: each and msgspec.structs.replace(each, name=name) for name, each in values.items()}


_custom: st.SearchStrategy[CustomField] = st.sampled_from(
    [
        TextField(name="", value="EMEA"),
        NumberField(name="", value=Decimal("12.5")),
        FlagField(name="", value=True),
        DayField(name="", value=date(2017, 3, 31)),
    ]
)
_texts = st.sampled_from(["one", "two", "three"])
_days = st.integers(0, 3).map(lambda number: date(2017, 3, 30) + timedelta(days=number))
_amounts = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)
_fields: dict[str, st.SearchStrategy[Any]] = {
    "owner": st.sampled_from([*OWNERS, None]),
    "amount": _amounts,
    "splits": st.sampled_from([(), halves(ANNA, CARL), halves(STRANGER, ANNA)]),
    "stage": _texts | st.none(),
    "account": _texts,
    "product": _texts,
    "opened_on": _days,
    "booked_on": _days,
    "cancelled_on": _days | st.none(),
    "lines": st.sampled_from([(), *LINES]),
    "fields": st.dictionaries(st.sampled_from(["region", "discount", "strategic"]), st.none() | _custom).map(named),
}


@st.composite
def delivery(draw: st.DrawFn, number: int) -> TakeDelivery:
    """Draw a delivery: what it says, when, in no certain order; at the same instant quite often."""
    fields = draw(st.fixed_dictionaries({}, optional=_fields))
    status = draw(st.sampled_from(["open", "won", "won", "lost", "cancelled", "deleted", None]))
    if "amount" in fields and draw(st.integers(0, 3)):
        fields["currency"] = draw(st.sampled_from(["USD", "EUR"]))
    if status is not None:
        fields["status"] = status
    if status == "won":
        fields.setdefault("booked_on", draw(_days))
    return says(draw(st.integers(0, 3)), f"msg_{number}", **fields)


@st.composite
def deliveries(draw: st.DrawFn) -> list[TakeDelivery]:
    """Draw what a source says of one deal: one delivery after the other."""
    count = draw(st.integers(1, 7))
    return [draw(delivery(number)) for number in range(count)]
