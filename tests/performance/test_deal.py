"""Rules of a deal: whose word counts, and what its events are called."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from events.testing import given
from performance.domain.deal import (
    DEAL,
    DealAmended,
    DealCancelled,
    DealDeleted,
    DealEvent,
    DealIsWonOnNoDay,
    DealIsWonWithoutAmount,
    DealLost,
    DealOpened,
    DealOwnerChanged,
    DealReopened,
    DealSplitSet,
    DealStageMoved,
    DealWon,
    Known,
    TakeDelivery,
)
from performance.domain.telling import DealHasNoCurrency
from performance.domain.terms import Terms
from tests.performance.deals import ANNA, CARL, deliveries, halves, history, says, stamp, usd

MARCH = date(2017, 3, 31)
OPENED = says(0, status="open", owner=ANNA, stage="Engaging")
WON = says(9, "msg_2", status="won", amount=Decimal("100.00"), currency="USD", booked_on=MARCH)


def events_of(*commands: TakeDelivery) -> list[DealEvent]:
    return history(commands)[1]


def last_of(*commands: TakeDelivery) -> DealEvent:
    return events_of(*commands)[-1]


def test_a_deal_begins_with_what_is_first_said_of_it() -> None:
    given(DEAL).when(OPENED).then(
        DealOpened(
            stamp=stamp(0),
            terms=Terms(owner=ANNA, stage="Engaging"),
            told=("status", "owner", "stage"),
            changed=("owner", "stage"),
        )
    )


def test_a_deal_may_begin_with_its_end() -> None:
    given(DEAL).when(WON).then(
        DealWon(
            stamp=stamp(9, "msg_2"),
            terms=Terms(amount=usd("100.00"), booked_on=MARCH),
            told=("status", "amount", "currency", "booked_on"),
            changed=("status", "amount", "booked_on"),
        )
    )


def test_a_deal_that_is_first_heard_of_by_an_update_is_open_until_somebody_says_otherwise() -> None:
    state, events = history([says(5, stage="Prospecting"), says(1, "msg_0", status="lost")])
    assert [type(event) for event in events] == [DealOpened, DealLost]
    assert isinstance(state, Known)
    assert state.status == "lost"


def test_the_same_delivery_again_changes_nothing() -> None:
    given(DEAL, *events_of(OPENED)).when(OPENED).then_nothing()


def test_an_older_delivery_fills_only_what_nothing_newer_has_set() -> None:
    older = says(-3, "msg_0", stage="Prospecting", product="GTX Pro")
    given(DEAL, *events_of(OPENED)).when(older).then(
        DealAmended(
            stamp=stamp(-3, "msg_0"),
            terms=Terms(owner=ANNA, stage="Engaging", product="GTX Pro"),
            told=("product",),
            changed=("product",),
        )
    )


def test_of_two_words_of_one_instant_the_greater_delivery_counts() -> None:
    same_instant = says(0, "msg_0", stage="Prospecting")
    given(DEAL, *events_of(OPENED)).when(same_instant).then_nothing()


def test_a_newer_word_that_repeats_what_is_known_silences_the_words_between() -> None:
    state, events = history([OPENED, says(9, stage="Engaging"), says(5, stage="Prospecting")])
    assert isinstance(state, Known)
    assert state.terms.stage == "Engaging"
    assert [event.changed for event in events] == [("owner", "stage"), ()]


def test_events_are_named_by_their_weightiest_change() -> None:
    assert type(last_of(OPENED, says(1, owner=CARL, stage="Closing"))) is DealOwnerChanged
    assert type(last_of(OPENED, says(1, splits=halves(ANNA, CARL), stage="Closing"))) is DealSplitSet
    assert type(last_of(OPENED, says(1, stage="Closing"))) is DealStageMoved
    assert type(last_of(OPENED, says(1, stage="Closing", product="MG Special"))) is DealAmended


def test_a_change_of_status_carries_the_other_changes() -> None:
    given(DEAL, *events_of(OPENED)).when(WON).then(
        DealWon(
            stamp=stamp(9, "msg_2"),
            terms=Terms(owner=ANNA, stage="Engaging", amount=usd("100.00"), booked_on=MARCH),
            told=("status", "amount", "currency", "booked_on"),
            changed=("status", "amount", "booked_on"),
        )
    )


def test_a_closed_deal_that_is_open_again_was_reopened() -> None:
    for status, closing in (("won", DealWon), ("lost", DealLost), ("cancelled", DealCancelled)):
        amount: dict[str, Any] = {}
        if status == "won":
            amount = {"amount": Decimal(1), "currency": "USD", "booked_on": MARCH}
        closed = events_of(OPENED, says(1, status=status, **amount))
        assert type(closed[-1]) is closing
        assert type(DEAL.decide(says(2, status="open"), DEAL.fold(closed))[0]) is DealReopened
    deleted = events_of(OPENED, says(1, status="deleted"))
    assert type(deleted[-1]) is DealDeleted


def test_a_deal_is_won_for_an_amount_and_on_a_day() -> None:
    given(DEAL, *events_of(OPENED)).when(says(1, status="won", booked_on=MARCH)).then_refused(DealIsWonWithoutAmount)
    priced = events_of(OPENED, says(1, amount=Decimal(5), currency="USD"))
    given(DEAL, *priced).when(says(2, status="won")).then_refused(DealIsWonOnNoDay)


def test_an_amount_without_a_currency_is_understood_once_the_deal_has_one() -> None:
    given(DEAL, *events_of(OPENED)).when(says(1, amount=Decimal(5))).then_refused(DealHasNoCurrency)
    assert last_of(OPENED, WON, says(10, amount=Decimal(5))).terms.amount == usd("5")


def test_a_reason_goes_with_a_correction_by_hand() -> None:
    assert last_of(OPENED, says(1, splits=halves(ANNA, CARL), reason="Carl closed it")).reason == "Carl closed it"


@for_all(st.data())
def test_deliveries_in_any_order_and_repeated_end_in_the_same_state(data: st.DataObject) -> None:
    said = data.draw(deliveries())
    shuffled = data.draw(st.permutations([*said, *data.draw(st.lists(st.sampled_from(said), max_size=5))]))
    assert history(shuffled)[0] == history(said)[0]


@for_all(deliveries())
def test_what_an_event_carries_is_what_is_then_true(said: list[TakeDelivery]) -> None:
    state, events = history(said)
    for event in events:
        assert set(event.changed) <= {"status", *Terms.__struct_fields__}
    if isinstance(state, Known):
        assert state.terms == events[-1].terms
