"""Pages of lists: every row once, whatever the order and whatever happens in between."""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi import APIRouter
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Connection, Date, MetaData, Table, Text, create_engine, select
from sqlalchemy.pool import StaticPool

from edge.app import make_app
from edge.bodies import Answer, PageBody
from edge.issuer import DevelopmentIssuer
from edge.keyset import Page, read_page
from edge.paging import Paging, page_body
from edge.refusals import CursorIsInvalid
from events.domain import Value
from events.store.columns import Amount, Instant
from events.store.session import Reading
from tests.edge.tiny import as_planner, lifespan

deals = Table(
    "deals",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("booked_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("number", BigInteger, nullable=False),
)
PAGES_MAX = 50
LISTS = [("booked_on", "deal_id"), ("amount", "deal_id"), ("changed_at", "booked_on", "deal_id"), ("deal_id",)]


class DealRow(Value, tag=False):
    deal_id: str
    booked_on: date
    amount: Decimal
    changed_at: datetime
    number: int


class DealAnswer(Answer):
    deal_id: str
    booked_on: date


def row(number: int, day: int, amount: int) -> dict[str, Any]:
    """Return the row of a deal in January."""
    instant = datetime(2026, 1, 1, day, tzinfo=UTC)
    booked_on = date(2026, 1, day)
    return {
        "deal_id": f"d{number:03}",
        "booked_on": booked_on,
        "amount": Decimal(amount),
        "changed_at": instant,
        "number": number,
    }


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with engine.connect() as connection:
        deals.metadata.create_all(connection)
        yield connection
    engine.dispose()


def fill(connection: Connection, rows: list[dict[str, Any]]) -> Reading:
    """Return a reading of these deals only."""
    connection.execute(deals.delete())
    if rows:
        connection.execute(deals.insert(), rows)
    return Reading(connection)


def all_pages(reading: Reading, by: tuple[str, ...], limit: int, *, descending: bool) -> list[DealRow]:
    """Return the rows of all pages, one page after the other."""
    rows: list[DealRow] = []
    cursor: str | None = None
    for _ in range(PAGES_MAX):
        page = Page(limit=limit, cursor=cursor)
        paged = read_page(reading, select(deals), DealRow, page, by=by, descending=descending)
        rows += paged.items
        cursor = paged.next
        if cursor is None:
            return rows
    message = "the list never ends"
    raise AssertionError(message)


@for_all(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=20),
    st.sampled_from(LISTS),
    st.integers(1, 7),
    st.booleans(),
)
def test_pages_hold_every_row_once_and_in_order(
    connection: Connection, drawn: list[tuple[int, int]], by: tuple[str, ...], limit: int, descending: bool
) -> None:
    rows = [row(number, day, amount) for number, (day, amount) in enumerate(drawn)]
    reading = fill(connection, rows)
    found = all_pages(reading, by, limit, descending=descending)
    expected = sorted(rows, key=lambda each: tuple(each[name] for name in by), reverse=descending)
    assert [each.deal_id for each in found] == [each["deal_id"] for each in expected]


def test_what_is_inserted_before_the_cursor_moves_nothing(connection: Connection) -> None:
    reading = fill(connection, [row(number, 10, 1) for number in range(4)])
    first = read_page(reading, select(deals), DealRow, Page(limit=2), by=LISTS[0])
    connection.execute(deals.insert(), [row(99, 1, 1)])
    second = read_page(reading, select(deals), DealRow, Page(limit=2, cursor=first.next), by=LISTS[0])
    assert [each.deal_id for each in second.items] == ["d002", "d003"]
    assert second.next is None


def sealed(text: str) -> str:
    """Return a text in the form of a cursor."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "AAAA",
        "é",
        "A",
        sealed('["amount,deal_id","1","d1"]'),
        sealed('["-booked_on,deal_id","2026-01-01","d1"]'),
        sealed('["booked_on,deal_id","2026-01-01"]'),
        sealed('["booked_on,deal_id","2026-99-01","d1"]'),
        sealed('["booked_on,deal_id",1,"d1"]'),
        sealed('["booked_on,deal_id","2026-01-01","d\\u0000"]'),
        sealed('["booked_on,deal_id","2026-01-01","d1","d2"]'),
        sealed("{}"),
        sealed("[]"),
        sealed("[" * 700),
        "A" * 1_001,
    ],
)
def test_a_cursor_of_elsewhere_is_refused(connection: Connection, cursor: str) -> None:
    with pytest.raises(CursorIsInvalid):
        read_page(fill(connection, []), select(deals), DealRow, Page(cursor=cursor), by=LISTS[0])


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("amount", '"NaN"'),
        ("amount", '"-Infinity"'),
        ("amount", '"1e999999999"'),
        ("amount", '"0.00001"'),
        ("amount", "922337203685477.5808"),
        ("amount", "1e308"),
        ("changed_at", '"2026-01-01T00:00:00"'),
        ("changed_at", '"0001-01-01T00:00:00+14:00"'),
        ("changed_at", '"9999-12-31T23:59:59-14:00"'),
        ("changed_at", "0"),
        ("number", "9223372036854775808"),
        ("number", "1" * 400),
    ],
)
def test_a_cursor_holds_nothing_that_a_database_cannot_compare(connection: Connection, by: str, value: str) -> None:
    cursor = sealed(f'["{by},deal_id",{value},"d1"]')
    with pytest.raises(CursorIsInvalid):
        read_page(fill(connection, []), select(deals), DealRow, Page(cursor=cursor), by=(by, "deal_id"))


async def test_a_list_answers_with_items_and_next(connection: Connection, issuer: DevelopmentIssuer) -> None:
    reading = fill(connection, [row(number, 1, 1) for number in range(3)])
    router = APIRouter()

    @router.get("/v1/deals")
    async def list_deals(page: Paging) -> PageBody[DealAnswer]:  # pyright: ignore[reportUnusedFunction] the router holds it
        """List the deals."""
        return page_body(read_page(reading, select(deals), DealRow, page, by=LISTS[0]), DealAnswer.of)

    app = make_app(
        name="deals",
        title="Deals",
        description="Deals.",
        version="1",
        routers=[router],
        lifespan=lifespan,
        auth=issuer.verifier(),
    )
    async with as_planner(app, issuer) as client:
        first = (await client.get("/v1/deals?limit=2")).json()
        second = (await client.get("/v1/deals", params={"limit": 2, "cursor": first["next"]})).json()
        wrong = [await client.get(f"/v1/deals?{query}") for query in ("limit=0", "limit=201", "cursor=x", "limit=x")]
    assert first["items"] == [{"deal_id": f"d00{number}", "booked_on": "2026-01-01"} for number in (0, 1)]
    assert second == {"items": [{"deal_id": "d002", "booked_on": "2026-01-01"}], "next": None}
    assert [each.status_code for each in wrong] == [422] * 4
    assert wrong[2].json()["type"] == "/problems/cursor-is-invalid"
