"""From earned to paid: published draws, and what holds after any number of pay periods."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.document.shape import Draw
from compensation.domain.engine.drawing import Payout, PayPeriod, pay_out
from compensation.domain.engine.exact import total
from compensation.domain.engine.pay_periods import PayTerms, pay_periods
from events.contracts.performance import KnownOwner
from fiscal.calendar import parse_period
from tests.compensation.company import ACCELERATED, Company
from tests.compensation.years import CALENDAR, document, on_plan, published

MONTHS = [parse_period(CALENDAR, f"2017-M{number:02}") for number in range(1, 13)]
RECOVERABLE = Draw(amount=Decimal(2000), recoverable=True)


def months(*earned: str, draw: Draw | None = RECOVERABLE, maximum: str | None = None) -> list[PayPeriod]:
    return [
        PayPeriod(
            period=period,
            currency="USD",
            earned=Decimal(amount),
            draw=draw,
            drawn=draw.amount if draw is not None else Decimal(0),
            recovered_max=draw.recovered_max if draw is not None else None,
            floor=(draw.floor if draw is not None else None) or Decimal(0),
            maximum=None if maximum is None else Decimal(maximum),
        )
        for period, amount in zip(MONTHS, earned, strict=False)
    ]


def shown(payouts: tuple[Payout, ...], name: str) -> list[Decimal]:
    return [getattr(each, name) for each in payouts]


def decimals(*numbers: str) -> list[Decimal]:
    return [Decimal(number) for number in numbers]


def test_w17_a_recoverable_draw_is_repaid_from_what_is_earned_above_it_alone() -> None:
    payouts = pay_out(months("2750", "3000", "1500", "2375", "3000", "2750"))
    assert shown(payouts, "paid") == decimals("2750", "3000", "2000", "2000", "2875", "2750")
    assert shown(payouts, "debt") == decimals("0", "0", "500", "125", "0", "0")


@pytest.mark.parametrize(("recoverable", "debt"), [(True, "1800"), (False, "0")])
def test_w22_a_draw_is_topped_up_and_owed_only_if_it_is_recoverable(recoverable: bool, debt: str) -> None:
    draw = Draw(amount=Decimal(5000), recoverable=recoverable)
    [payout] = pay_out(months("3200", draw=draw))
    assert (payout.advance, payout.paid, payout.debt) == (Decimal(1800), Decimal(5000), Decimal(debt))


def test_recovery_takes_its_share_and_no_more_than_its_cap() -> None:
    draw = Draw(amount=Decimal(1000), recoverable=True, recovered_percent=Decimal(50), recovered_max=Decimal(200))
    payouts = pay_out(months("0", "1200", "3000", draw=draw))
    assert shown(payouts, "recovered") == decimals("0", "100", "200")
    assert shown(payouts, "debt") == decimals("1000", "900", "700")


def test_what_was_not_recovered_in_time_is_forgiven() -> None:
    draw = Draw(amount=Decimal(1000), recoverable=True, forgiven_after=1)
    payouts = pay_out(months("400", "500", "5000", draw=draw))
    assert shown(payouts, "forgiven") == decimals("0", "600", "0")
    assert shown(payouts, "debt") == decimals("600", "500", "0")


def test_what_was_earned_below_nothing_is_owed_even_without_a_draw() -> None:
    payouts = pay_out(months("-300", "100", "500", draw=None))
    assert shown(payouts, "paid") == decimals("0", "0", "300")
    assert shown(payouts, "debt") == decimals("300", "200", "0")


def test_earnings_below_nothing_enlarge_the_advance() -> None:
    [payout] = pay_out(months("-500"))
    assert (payout.advance, payout.paid, payout.debt) == (Decimal(2500), Decimal(2000), Decimal(2500))


def test_what_is_above_the_maximum_is_carried_into_the_next_period() -> None:
    payouts = pay_out(months("5000", "1000", "2500", maximum="3000"))
    assert shown(payouts, "paid") == decimals("3000", "3000", "2500")
    assert shown(payouts, "carried") == decimals("2000", "0", "0")


cents = st.decimals("-20000", "20000", places=2)
draws = st.builds(
    Draw,
    amount=st.decimals("0", "5000", places=2),
    recoverable=st.booleans(),
    recovered_percent=st.decimals("0", "100", places=2),
    recovered_max=st.none() | st.decimals("0", "3000", places=2),
    forgiven_after=st.none() | st.integers(1, 4),
)


@for_all(st.lists(cents, min_size=1, max_size=12), st.none() | draws, st.none() | st.decimals("5000", "9000", places=2))
def test_draws_never_lose_money(earned: list[Decimal], draw: Draw | None, maximum: Decimal | None) -> None:
    periods = months(*map(str, earned), draw=draw, maximum=None if maximum is None else str(maximum))
    payouts = pay_out(periods)
    for count in range(1, len(payouts) + 1):
        done = payouts[:count]
        paid, forgiven = total(shown(done, "paid")), total(shown(done, "forgiven"))
        assert paid + done[-1].carried - done[-1].debt == total(earned[:count]) + forgiven
        assert done[-1].debt >= 0
        assert done[-1].paid >= periods[count - 1].drawn


def test_a_draw_is_paid_for_the_days_on_the_plan() -> None:
    plan = document(interval="month")
    drawn = published(msgspec.structs.replace(plan, draw=RECOVERABLE))
    terms = PayTerms(
        calendar=CALENDAR, spells=(on_plan(starts_on=date(2017, 1, 17), ends_on=date(2017, 2, 14)),), versions=(drawn,)
    )
    found = list(pay_periods(terms, parse_period(CALENDAR, "2017")))
    assert [(each.period.name, each.drawn) for each in found] == [
        ("2017-M01", Decimal("967.74")),
        ("2017-M02", Decimal("1000.00")),
    ]


async def test_a_statement_shows_what_is_paid_and_what_is_owed(firm: Company) -> None:
    await firm.settle()
    await firm.publish_plan("drawing", pays="month", draw={"amount": "2000", "recoverable": True})
    await firm.hire("bob")
    await firm.assign("bob", "drawing")
    await firm.quota("bob", "2017-Q1", "1000000")
    for month, amount in enumerate(("55000", "60000", "30000"), 1):
        await firm.win(f"crm.{month}", amount, KnownOwner(person_id="bob"), booked_on=date(2017, month, 9))
    payouts = (await firm.statement("bob"))["payouts"]
    assert [(each["period"], each["earned"]["amount"], each["paid"]["amount"]) for each in payouts] == [
        ("2017-M01", "2750.00", "2750.00"),
        ("2017-M02", "3000.00", "3000.00"),
        ("2017-M03", "1500.00", "2000.00"),
    ]
    assert payouts[-1]["debt"] == {"amount": "500.00", "currency": "USD"}
    page = (await firm.get("/v1/statements/bob", accept="text/plain", period="2017-M03")).text
    assert "Still owed" in page


async def test_nothing_is_paid_before_its_period_begins(firm: Company) -> None:
    await firm.settle()
    await firm.publish_plan("drawing", pays="month", draw={"amount": "2000", "recoverable": True})
    await firm.hire("bob")
    await firm.assign("bob", "drawing")
    assert [each["period"] for each in (await firm.statement("bob", "2017-Q4"))["payouts"]] == ["2017-M10", "2017-M11"]


async def test_a_minimum_and_a_settlement_are_paid_as_they_are_said(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    refused = await firm.post("/v1/plans", {"plan_id": "p"} | ACCELERATED | {"settles": "quarter"})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/settles"]
    minimum = {"amount": "100", "recovered": True}
    await firm.publish_plan(pays="month", settles="quarter", minimum=minimum, maximum="200")
    await firm.assign("ada")
    await firm.quota("ada", "2017-Q1", "100000")
    await firm.win("crm.D-1", "10000")
    payouts = (await firm.statement())["payouts"]
    assert [each["paid"]["amount"] for each in payouts] == ["100.00", "100.00", "200.00"]
    assert [each["carried"]["amount"] for each in payouts] == ["0.00", "400.00", "100.00"]
    assert payouts[-1]["debt"]["amount"] == "0.00"
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert "In any case USD 100 a month is paid, an advance that is taken back later" in words
    assert "Until the end of the quarter only what is paid at least is paid; then what was earned is settled" in words
