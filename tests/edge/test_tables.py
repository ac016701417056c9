"""Lists for spreadsheets, which run nothing that somebody wrote into a name."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given as for_all
from hypothesis import strategies as st

from edge.tables import cell, csv_answer, wants_csv
from events.domain import Value


class LineRow(Value, tag=False):
    name: str
    amount: Decimal
    on: date
    note: str | None = None


def asked(query: str = "", accept: str = "text/csv") -> Request:
    """Return a request for a list."""
    headers = [(b"accept", accept.encode()), (b"host", b"tiny")]
    return Request({"type": "http", "path": "/v1/lines", "query_string": query.encode(), "headers": headers})


def test_rows_are_written_with_a_header_and_exact_amounts() -> None:
    rows = [LineRow(name='Ada "A", Ltd', amount=Decimal("-12.50"), on=date(2026, 1, 31))]
    answer = csv_answer(asked(), ["name", "amount", "on", "note"], rows, "lines")
    assert bytes(answer.body) == b'name,amount,on,note\r\n"Ada ""A"", Ltd",-12.50,2026-01-31,\r\n'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lines.csv"'


def test_a_table_that_goes_on_links_to_its_next_page() -> None:
    whole = csv_answer(asked("limit=2"), ["name"], [], "lines")
    begun = csv_answer(asked("status=won&limit=2&cursor=abc"), ["name"], [], "lines", following="d_f-")
    assert "Link" not in whole.headers
    assert begun.headers["Link"] == '<?status=won&limit=2&cursor=d_f->; rel="next"'


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "\u00a0@x", '"=1', "'=1", "|calc", "\n=1"],
)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@for_all(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell(text).removeprefix("'") in {text, text.removeprefix("'")}


@for_all(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_a_spreadsheet_reads_the_cells_that_were_written(texts: list[str]) -> None:
    rows = [LineRow(name=text, amount=Decimal(1), on=date(2026, 1, 1)) for text in texts]
    written = bytes(csv_answer(asked(), ["name"], rows, "x").body).decode()
    assert [line[0] if line else "" for line in csv.reader(io.StringIO(written, newline=""))][1:] == [
        cell(text) for text in texts
    ]


@pytest.mark.parametrize(
    ("value", "written"), [(None, ""), (True, "true"), (-3, "-3"), (Decimal("1E+3"), "1000"), (Decimal(-1), "-1")]
)
def test_numbers_stay_numbers(value: Any, written: str) -> None:
    assert cell(value) == written


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/csv", True),
        ("text/csv;q=0.9, */*", True),
        ("application/json, text/csv", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_csv_is_for_those_who_ask_for_it(accept: str, wanted: bool) -> None:
    assert wants_csv(asked(accept=accept)) is wanted
