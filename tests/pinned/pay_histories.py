"""Years that are pinned, a feature of plans each: rates, links, limits, and when what is earned is paid."""

from datetime import date
from decimal import Decimal
from typing import Any

from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.rate import Rate, rate_id
from tests.pinned.writing import (
    BOOKINGS,
    DEALS,
    FLAT,
    NEW_YEAR,
    SOLD,
    component,
    deal,
    line,
    plan,
    quarters,
    quota,
    spell,
    table,
    version,
    year,
)

TARGET = table(("50", "40"), ("100", "100"), ("150", "250"), kind="curve", pays="target")
ABOUT_PRO = {"field": "product", "in": ["GTX Pro"]}
LINES = (
    deal("d1", "2017-01-18", "1000", line=line(1, "600", quantity=Decimal(3), margin=Decimal("150.50"))),
    deal("d1", "2017-01-18", "1000", line=line(2, "400", quantity=Decimal(7), margin=Decimal(-20))),
    deal("d2", "2017-02-03", "900", line=line(1, "900", quantity=Decimal(2), margin=Decimal(300))),
)
RECURRING = (
    deal("d1", "2017-01-18", "2400", line=line(1, "2400", value_per_year=Decimal(1200), term_months=24, renewal=False)),
    deal("d2", "2017-02-03", "999.99", line=line(1, "999.99", value_per_year=Decimal("333.33"), renewal=True)),
)
MATRIX = {
    "kind": "matrix",
    "over": "attainment",
    "pays": "percent",
    "matrix": {
        "rows": [{"up_to": "50"}, {"up_to": "100", "edge": "upper"}, {}],
        "across": "deals",
        "columns_over": "measure",
        "columns": [{"up_to": "1"}, {}],
        "rates": [["1", "2"], ["3", "4.5"], ["6", "8"]],
    },
}
CANCELLED = (deal("d1", "2017-01-18", "6000", cancelled="2017-04-20"), *SOLD[1:])
WINDOW: dict[str, Any] = {"since": "2017-01-20", "until": "2017-05-02"}
EURO = (
    deal("d1", "2017-01-18", "6000", currency="EUR"),
    deal("d2", "2017-02-03", "700.07", currency="GBP"),
    deal("d3", "2017-02-04", "5000"),
)


def told(base: str, quote: str, kind: str, rate: str) -> tuple[Rate, ...]:
    return (Rate(base=base, quote=quote, kind=kind, effective_on=NEW_YEAR, rate=Decimal(rate), source="bank"),)


RATES = {
    rate_id(*each[:3]): told(*each)
    for each in (
        ("EUR", "USD", "plan", "1.1"),
        ("EUR", "USD", "daily", "1.0457"),
        ("EUR", "GBP", "daily", "0.857"),
        ("EUR", "GBP", "plan", "0.9"),
    )
}
HELD = {"measure": "bookings", "at_least": "80", "onset": "interval"}


def one(*components: dict[str, object], **said: object) -> PersonYear:
    """Return the year of the six deals on a plan."""
    return year(plan(*components, **said))


def in_units_of(currency: str, amount: str) -> PersonYear:
    """Return a year in a currency without cents, or with thousandths: thirds of a deal, in thirds of it."""
    thirds = [{"part": "1", "due": "booking"}, {"part": "1", "due": "months", "months": 2}]
    return year(
        plan(component(instalments=[*thirds, {"part": "1", "due": "year_end"}]), currency=currency, maximum="900"),
        deal("d1", "2017-01-18", amount, currency=currency, percent="33.333333"),
        deal("d2", "2017-02-03", amount, currency=currency, percent="66.666667"),
        quotas=quarters(amount, currency=currency),
    )


PAY: dict[str, PersonYear] = {
    "step, upper edge": one(component(table(("50", "4"), ("100", "5.5"), (None, "8.125"), edge="upper"))),
    "step, deal by deal": one(component(table(("5000", "4"), (None, "6"), over="measure", to_date=False))),
    "whole amount": one(component(table(("50", "4"), ("100", "5.5"), (None, "8.125"), kind="whole"))),
    "proportional amounts": one(
        component(table(("50", "100"), ("100", "250"), ("200", "900"), kind="proportional", pays="amount"))
    ),
    "curve of target pay": one(component(TARGET)),
    "slope of target pay": one(component(table(("100", "100"), (None, "150"), pays="target"))),
    "amounts at tiers": one(component(table(("50", "0"), ("100", "250"), (None, "1000"), pays="amount"))),
    "money for each deal": one(
        component(table(("2", "100"), (None, "250"), over="measure", pays="each"), measure="deals")
    ),
    "matrix": one(component(MATRIX)),
    "weights on target pay": one(
        component(TARGET, weight="80", weights=["20", "20", "20", "40"]),
        component(
            table(("5", "100"), kind="curve", over="measure", pays="target"), id="rest", measure="deals", weight="20"
        ),
    ),
    "units and margin of lines": year(
        plan(
            component(table((None, "12.5"), over="measure", pays="each"), id="units", measure="units"),
            component(FLAT, id="margin", measure="margin"),
            measures=[
                {"id": "units", "counts": "units", "rules": ["own"], "interval": "month"},
                {"id": "margin", "counts": "margin", "rules": ["own"], "interval": "year"},
            ],
        ),
        *LINES,
    ),
    "yearly value, new and renewed": year(
        plan(
            component(FLAT, measure="recurring", when={"field": "renewal", "equals": False}),
            component(
                table((None, "2"), over="measure"),
                id="renewals",
                measure="recurring",
                when={"field": "renewal", "equals": True},
            ),
            measures=[{"id": "recurring", "counts": "value_per_year", "rules": ["own"], "interval": "year"}],
        ),
        *RECURRING,
    ),
    "a custom number": year(
        plan(
            component(table((None, "3"), over="measure", pays="each"), measure="seats"),
            measures=[{"id": "seats", "counts": "field", "field": "seats", "rules": ["own"], "interval": "quarter"}],
        ),
        deal("d1", "2017-01-18", "6000", fields=(("seats", Decimal(40)),)),
        deal("d2", "2017-02-03", "6000", fields=(("seats", Decimal("2.5")),), percent="50"),
    ),
    "credit rules with parts": one(
        component(),
        credit_rules=[
            {"id": "pro", "when": ABOUT_PRO, "attainment_percent": "50", "pay_percent": "120"},
            {"id": "own", "attainment_percent": "100", "pay_percent": "33.3333"},
        ],
        measures=[BOOKINGS | {"rules": ["pro", "own"]}, DEALS],
    ),
    "cap on attainment": one(component(), measures=[BOOKINGS | {"cap_percent": "110"}, DEALS]),
    "team quota": year(
        plan(component(), measures=[BOOKINGS | {"quota_of": "team"}]), *SOLD, quotas=quarters("40000", of="team")
    ),
    "modifiers": one(
        component(
            modifiers=[
                {"when": {"any": [{"field": "account", "equals": "isdom"}, {"not": ABOUT_PRO}]}, "percent": "110"},
                {"when": None, "percent": "95"},
            ]
        )
    ),
    "a window of days": one(component(FLAT, **WINDOW)),
    "gate at the crossing": one(component(FLAT, gates=[HELD | {"onset": "crossing"}])),
    "gate over the interval, lapsing": one(
        component(FLAT, gates=[HELD | {"at_least": "130", "release": "interval_end"}])
    ),
    "gate over the interval, held until it opens": one(component(FLAT, gates=[HELD | {"release": "crossing"}])),
    "gate that pays the base rate": one(component(gates=[HELD | {"onset": "crossing", "effect": "base_rate"}])),
    "gate with a table": one(
        component(gates=[HELD | {"onset": "crossing", "effect": "table", "table": table((None, "2"))}])
    ),
    "gate with a cap": one(
        component(gates=[HELD | {"onset": "crossing", "effect": "cap", "cap": {"amount": "200", "over": "month"}}])
    ),
    "caps": one(
        component(
            caps=[
                {"amount": "400", "over": "deal"},
                {"amount": "600", "over": "quarter"},
                {"amount": "1100", "over": "window"},
            ],
            **WINDOW,
        ),
        component(FLAT, id="more"),
        caps=[{"amount": "1500", "over": "month"}, {"amount": "3500", "over": "year"}],
    ),
    "instalments": one(
        component(
            instalments=[
                {"part": "1", "due": "booking"},
                {"part": "1", "due": "months", "months": 2},
                {"part": "1", "due": "quarter_end"},
            ]
        )
    ),
    "holdback for a day that the CRM tells": year(
        plan(
            component(instalments=[{"part": "70", "due": "booking"}, {"part": "30", "due": "field", "field": "live"}])
        ),
        deal("d1", "2017-01-18", "6000", fields=(("live", date(2017, 6, 1)),)),
        deal("d2", "2017-02-03", "4000.01"),
    ),
    "clawback of all": year(plan(component(), clawback={"percent": "60"}), *CANCELLED),
    "clawback by months": year(plan(component(), clawback={"months": 12}), *CANCELLED),
    "clawback of instalments": year(
        plan(
            component(instalments=[{"part": "50", "due": "booking"}, {"part": "50", "due": "year_end"}]),
            clawback={"months": 6},
        ),
        *CANCELLED,
    ),
    "cancelled without a rule": year(plan(component()), *CANCELLED),
    "exchange": year(
        plan(component(), exchange={"deal": {"kind": "daily", "on": "booking"}, "pivot": "EUR"}), *EURO, rates=RATES
    ),
    "target pay by days, with leave": year(
        plan(component(TARGET), target={"prorated_by": "calendar_days", "parts": "days", "first_day_counts": False}),
        spells=(
            spell("2017-01-17", "2017-04-30", target="12000", leaves=[("2017-02-01", "2017-02-14")]),
            spell("2017-05-01", target="15000"),
        ),
    ),
    "target pay of base pay, by working days": year(
        plan(component(TARGET), target={"prorated_by": "working_days", "percent_of_base": "12.5"}),
        spells=(spell("2017-02-01", target=None, base="80000"),),
    ),
    "draw that is taken back": one(
        component(), draw={"amount": "500", "recoverable": True, "recovered_percent": "60", "recovered_max": "300"}
    ),
    "draw that is forgiven": one(component(), draw={"amount": "500", "recoverable": True, "forgiven_after": 3}),
    "draw that is a gift": one(component(), draw={"amount": "500", "recoverable": False, "until": "2017-06-15"}),
    "maximum pay": one(component(), maximum="600"),
    "draw with a floor, taken back later, forgiven on a day": one(
        component(),
        draw={
            "amount": "500",
            "recoverable": True,
            "recovered_since": "2017-02-01",
            "floor": "650",
            "forgiven_on": "2017-09-15",
        },
    ),
    "minimum pay, and a settlement by quarter": one(
        component(), minimum={"amount": "450", "recovered": True}, settles="quarter", maximum="900"
    ),
    "minimum pay that is a gift": one(component(), minimum={"amount": "450", "recovered": False}),
    "paid in another currency": year(
        plan(
            component(instalments=[{"part": "60", "due": "booking"}, {"part": "40", "due": "quarter_end"}]),
            exchange={
                "deal": {"kind": "daily", "on": "booking"},
                "payment": {"kind": "daily", "on": "period_end", "pay_days": 15},
            },
            draw={"amount": "300", "recoverable": True},
            clawback={"percent": "60"},
        ),
        *CANCELLED,
        rates=RATES,
        spells=(spell(pay="EUR"),),
    ),
    "rounding line by line": one(component(), rounding={"rule": "half_even", "at": "each_line"}),
    "paid by the year": one(component(), pays="year"),
    "yen": in_units_of("JPY", "60001"),
    "dinars": in_units_of("KWD", "600.001"),
    "two versions": year(
        plan(),
        versions=(
            version(plan(component(), component(FLAT, id="same"))),
            version(plan(component(table((None, "7"))), component(FLAT, id="same")), 2, "2017-02-15"),
        ),
    ),
    "two plans": year(
        plan(),
        spells=(spell(ends_on="2017-02-28"), spell("2017-03-01", plan_id="p2")),
        versions=(version(plan()), version(plan(component(FLAT), pays="quarter"), plan_id="p2")),
    ),
    "what waits": year(
        plan(component(), component(TARGET, id="bonus")),
        *SOLD[:3],
        deal("d7", "2017-07-01", "100"),
        deal("d8", "2017-01-03", "100", currency="EUR"),
        deal("d9", "2017-12-03", "100"),
        quotas=(quota("2017-Q1", "16000"), quota("2017-Q4", "0")),
        spells=(spell("2017-01-01", "2017-06-30", target=None), spell("2017-12-01", target=None)),
    ),
}
"""What is earned and paid in each, to the byte, belongs to a version of the engine."""
