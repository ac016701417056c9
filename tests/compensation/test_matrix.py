"""Matrices: what is paid where two measures meet, published, read in words, and traced over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.document.matrix import Band, Matrix
from compensation.domain.document.shape import CreditRule, Measure, PlanDocument, RateTable
from compensation.domain.engine.earning import earn
from tests.compensation.company import ACCELERATED, Company
from tests.compensation.written_years import BOOKINGS, a_component, a_deal, a_plan, a_quota, a_written_year

BANDS: tuple[dict[str, str | None], ...] = (
    {"up_to": "80", "edge": "upper"},
    {"up_to": "100", "edge": "upper"},
    {"up_to": "100", "edge": "lower"},
    {"up_to": None},
)
RATES = [["0", "0", "0", "0"], ["0", "20", "35", "55"], ["0", "40", "75", "90"], ["0", "50", "90", "100"]]
MATRIX: dict[str, Any] = {
    "rows": list(BANDS),
    "across": "renewals",
    "columns_over": "measure",
    "columns": [{**each, "up_to": each["up_to"] and f"{each['up_to']}00"} for each in BANDS],
    "rates": RATES,
}
TABLE: dict[str, Any] = {"kind": "matrix", "over": "attainment", "pays": "target", "matrix": MATRIX}
WRITTEN: dict[str, Any] = ACCELERATED | {
    "credit_rules": [{"id": "own", "when": {"field": "product", "in": ["GTX Pro"]}}, {"id": "all"}],
    "measures": [
        *ACCELERATED["measures"],
        {"id": "renewals", "counts": "amount", "rules": ["all"], "interval": "quarter"},
    ],
    "components": [{"id": "bonus", "measure": "bookings", "table": TABLE}],
}


async def test_a_matrix_pays_the_cell_in_which_both_measures_are(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(**WRITTEN)
    await firm.assign("ada", target_pay={"amount": "40000", "currency": "USD"})
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("d1", "900")
    await firm.win("d2", "9100", booked_on=date(2017, 2, 4), product="Other")
    statement = await firm.statement()
    assert statement["earned"] == [{"amount": "3500.00", "currency": "USD"}]
    lines = statement["sections"][0]["lines"]
    levels = [line["level"] for line in lines]
    assert [(each["tier"], each["column"], each["across_after"]) for each in levels] == [
        (2, 1, "900.00"),
        (2, 3, "10000.00"),
    ]
    assert "35% of USD 10,000.00 target pay (row 2, column 3 at 10000)" in lines[1]["sentence"]


async def test_a_matrix_reads_row_by_row(firm: Company) -> None:
    await firm.publish_plan(**WRITTEN)
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert words.startswith(
        "A rate of target pay for bookings (own deals whose product is GTX Pro) by quarter, by where bookings and "
        "renewals meet (bookings below 80% of quota: 0% with renewals below 8000, 0% with renewals from 8000 to below "
        "10000, 0% with renewals exactly 10000, 0% with renewals above 10000; bookings from 80% to below 100% of "
        "quota: 0% with renewals below 8000, 20% with renewals from 8000"
    )


def a_matrix(**said: object) -> RateTable:
    """Return a matrix of two rows and two columns over the attainment of both measures."""
    bands = (Band(up_to=Decimal(100), edge="upper"), Band(up_to=None))
    rates = ((Decimal(1), Decimal(2)), (Decimal(3), Decimal(4)))
    matrix = Matrix(rows=bands, across="units", columns_over="attainment", columns=bands, rates=rates)
    table = RateTable(kind="matrix", over="attainment", pays="amount", tiers=(), matrix=matrix)
    return msgspec.structs.replace(table, **said)


def a_matrix_plan(table: RateTable | None = None, interval: str = "year") -> PlanDocument:
    units = Measure(id="units", counts="deals", rules=("second",), interval="year", quota="units")
    measures = (BOOKINGS, msgspec.structs.replace(units, interval=interval))
    rules = (CreditRule(id="own"), CreditRule(id="second"))
    return a_plan(a_component(table or a_matrix()), measures=measures, credit_rules=rules)


def test_each_credit_earns_the_difference_between_two_cells() -> None:
    facts = a_written_year(
        a_deal("d1", "60"),
        a_deal("d2", "50", date(2017, 2, 1)),
        plan=a_matrix_plan(),
        quotas=(a_quota("100"), a_quota("2", name="units")),
    )
    [section] = earn(facts).earned
    assert [(line.adjusted, line.rated.level and line.rated.level.column) for line in section.lines] == [(1, 1), (3, 2)]


def test_what_a_matrix_has_no_quota_for_waits() -> None:
    facts = a_written_year(a_deal("d1", "60"), plan=a_matrix_plan(), quotas=(a_quota("100"),))
    assert [each.problem for each in earn(facts).unpaid] == ["no_quota"]


@pytest.mark.parametrize(
    ("table", "interval", "pointers"),
    [
        (a_matrix(), "year", []),
        (a_matrix(), "month", ["matrix/across"]),
        (a_matrix(to_date=False), "year", ["to_date"]),
        (a_matrix(matrix=None), "year", ["matrix"]),
        (a_matrix(kind="step"), "year", ["tiers", "matrix"]),
    ],
)
def test_every_fault_of_a_matrix_is_named(table: RateTable, interval: str, pointers: list[str]) -> None:
    found = [each.pointer for each in faults_of(a_matrix_plan(table, interval))]
    assert found == [f"/components/0/table/{each}" for each in pointers]


async def test_every_fault_in_the_rows_columns_and_rates_is_named(firm: Company) -> None:
    rows = [{"up_to": "90"}, {"up_to": "80"}, {"up_to": None}, {"up_to": "95"}]
    wrong = MATRIX | {"across": "nowhere", "rows": rows, "rates": [["1"], ["-2", "1", "1", "1"]]}
    component = {"id": "bonus", "measure": "bookings", "table": TABLE | {"matrix": wrong}}
    answer = await firm.post("/v1/plans", WRITTEN | {"plan_id": "wrong", "components": [component]})
    at = "/components/0/table/matrix/"
    assert [each["pointer"].removeprefix(at) for each in answer.json()["errors"]] == [
        "rows/1/up_to",
        "rows/2/up_to",
        "rows/3/up_to",
        "rates",
        "rates/0",
        "rates/1/0",
        "across",
    ]
