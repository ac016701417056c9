"""What the read models show does not depend on the order in which deliveries came, nor on how often."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.contracts import performance as told
from events.domain import Envelope, Recorded
from events.projector import Projection, Rows, fold
from events.store.ids import new_id
from money.money import Money
from performance.domain.deal import DealEvent, TakeDelivery
from performance.domain.terms import KnownOwner, Split, Terms
from performance.projections.bookings import BOOKED, BookedRow, booked_rows
from performance.projections.deals import DEALS
from performance.publishing import CONTRACTS, publish
from tests.performance.deals import ANNA, CARL, MONDAY, STRANGER, deliveries, halves, history, says, usd


def recorded(events: Sequence[DealEvent]) -> list[Recorded[DealEvent]]:
    """Return events as the log keeps them."""
    return [
        Recorded(event=event, envelope=envelope(version), kind="deal", key="crm.D-1")
        for version, event in enumerate(events, 1)
    ]


def envelope(version: int) -> Envelope:
    return Envelope(
        id=new_id(),
        stream="deal-crm.D-1",
        version=version,
        position=version,
        occurred_at=MONDAY,
        recorded_at=MONDAY,
        actor="webhook:crm",
        correlation_id=new_id(),
        causation_id=None,
        traceparent=None,
    )


def shown(said: Sequence[TakeDelivery]) -> tuple[object, object]:
    """Return the rows that deliveries end in; the version counts events, which may differ."""
    events = recorded(history(said)[1])
    deals = [msgspec.structs.replace(row, version=0) for row in fold(DEALS, Rows(DEALS.keys), events)]
    return deals, booked(events)


def booked(events: Sequence[Recorded[DealEvent]]) -> list[BookedRow]:
    projection: Projection[BookedRow] = BOOKED
    return sorted(fold(projection, Rows(projection.keys), events), key=lambda row: row.owner_ref)


@for_all(st.data())
def test_rows_are_the_same_for_deliveries_in_any_order_and_repeated(data: st.DataObject) -> None:
    said = data.draw(deliveries())
    shuffled = data.draw(st.permutations([*said, *data.draw(st.lists(st.sampled_from(said), max_size=5))]))
    assert shown(shuffled) == shown(said)


def test_only_a_won_deal_is_booked() -> None:
    price = {"amount": Decimal("10.00"), "currency": "USD", "booked_on": date(2017, 3, 31)}
    won = [says(0, status="open", owner=ANNA), says(1, "b", status="won", **price)]  # pyright: ignore[reportArgumentType] fields by name
    assert [row.owner_ref for row in booked(recorded(history(won)[1]))] == ["person:anna"]
    assert [row.owner_ref for row in booked(recorded(history([*won, says(2, "c", owner=CARL)])[1]))] == ["person:carl"]
    for status in ("open", "lost", "cancelled", "deleted"):
        assert booked(recorded(history([*won, says(2, "c", status=status)])[1])) == []


def test_a_won_deal_that_nobody_owns_is_booked_for_nobody() -> None:
    [row] = booked_rows("crm.D-1", Terms(amount=usd("10.00"), booked_on=date(2017, 3, 31)))
    assert (row.owner_ref, row.amount) == ("", Decimal("10.00"))


def test_three_thirds_of_a_dollar_are_a_dollar() -> None:
    third = Decimal("33.333333")
    splits = (
        Split(owner=ANNA, percent=third),
        Split(owner=CARL, percent=third),
        Split(owner=STRANGER, percent=100 - 2 * third),
    )
    rows = booked_rows("crm.D-1", Terms(amount=usd("1.00"), splits=splits, booked_on=date(2017, 3, 31)))
    assert [row.amount for row in rows] == [Decimal("0.33"), Decimal("0.33"), Decimal("0.34")]


def test_a_share_is_its_percent_to_the_last_digit() -> None:
    splits = (Split(owner=ANNA, percent=Decimal("33.333333")), Split(owner=CARL, percent=Decimal("66.666667")))
    rows = booked_rows("crm.D-1", Terms(amount=usd("10000000.00"), splits=splits, booked_on=date(2017, 3, 31)))
    assert [row.amount for row in rows] == [Decimal("3333333.30"), Decimal("6666666.70")]


def test_two_shares_of_one_owner_are_one_row() -> None:
    splits = (*halves(ANNA, CARL), *halves(ANNA, STRANGER))
    splits = tuple(msgspec.structs.replace(split, percent=Decimal(25)) for split in splits)
    rows = booked_rows("crm.D-1", Terms(amount=usd("8.00"), splits=splits, booked_on=date(2017, 3, 31)))
    assert [(row.owner_ref, row.amount, row.percent) for row in rows] == [
        ("person:anna", Decimal("4.00"), Decimal(50)),
        ("person:carl", Decimal("2.00"), Decimal(25)),
        ("owner:h-1", Decimal("2.00"), Decimal(25)),
    ]


_weights = st.lists(st.integers(1, 10**6), min_size=1, max_size=9)


@for_all(st.integers(0, 10**9), st.sampled_from(["USD", "JPY", "KWD"]), _weights)
def test_shares_add_up_to_the_deal(units: int, currency: str, weights: list[int]) -> None:
    percents = [Decimal(weight * 10**8 // sum(weights)) / 10**6 for weight in weights]
    percents[-1] += 100 - sum(percents)
    splits = tuple(
        Split(owner=KnownOwner(person_id=str(number)), percent=percent)
        for number, percent in enumerate(percents)
        if percent
    )
    amount = Money(amount=Decimal(units), currency=currency)
    rows = booked_rows("crm.D-1", Terms(amount=amount, splits=splits, booked_on=date(2017, 3, 31)))
    assert sum(row.amount for row in rows) == amount.amount
    assert len(rows) == len(splits)


def test_others_hear_each_event_with_the_terms_after_it() -> None:
    splits = (Split(owner=ANNA, percent=Decimal(60)), Split(owner=STRANGER, percent=Decimal(40)))
    price = {"amount": Decimal("10.00"), "currency": "USD", "booked_on": date(2017, 3, 31), "splits": splits}
    _, [event] = history([says(0, status="won", owner=ANNA, account="Cancity", **price)])  # pyright: ignore[reportArgumentType] fields by name
    assert publish(recorded([event])[0]) == told.DealWonV1(
        deal_id="crm.D-1",
        source_at=MONDAY,
        changed=("status", "owner", "amount", "splits", "account", "booked_on"),
        terms=told.DealTermsV1(
            owner=told.KnownOwner(person_id="anna"),
            amount=usd("10.00"),
            splits=(
                told.SplitV1(owner=told.KnownOwner(person_id="anna"), percent=Decimal(60)),
                told.SplitV1(owner=told.UnmatchedOwner(owner_hash="h-1"), percent=Decimal(40)),
            ),
            account="Cancity",
            booked_on=date(2017, 3, 31),
        ),
        delivery_id="msg_1",
        told=("status", "owner", "amount", "currency", "splits", "account", "booked_on"),
    )


def test_every_event_has_the_contract_of_its_name() -> None:
    assert {event.__name__: contract.__name__ for event, contract in CONTRACTS.items()} == {
        event.__name__: f"{event.__name__}V1" for event in CONTRACTS
    }


def test_a_word_that_only_confirms_is_not_told() -> None:
    events = recorded(history([says(0, stage="one"), says(1, "b", stage="one")])[1])
    assert [publish(each) is None for each in events] == [False, True]
