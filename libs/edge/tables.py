"""Lists as CSV for those who work in spreadsheets (`Accept: text/csv`), safe against formula injection."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fastapi import Request
from starlette.responses import Response

MEDIA_TYPE = "text/csv"

TABLE_DOCS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {}},
        "headers": {
            "Link": {
                "description": 'With CSV, where the list goes on: the address of the page that follows, `rel="next"`.',
                "schema": {"type": "string"},
            }
        },
    }
}
"""What a list that may be a table says in OpenAPI: `@router.get("", responses=TABLE_DOCS)`."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_SEEN_THROUGH = "\ufeff\u200b\u200e\u200f \u00a0'\""


def wants_csv(request: Request) -> bool:
    """Say whether the caller prefers CSV to JSON."""
    accepted = [each.split(";")[0].strip().lower() for each in request.headers.get("Accept", "").split(",")]
    return MEDIA_TYPE in accepted and "application/json" not in accepted


def csv_answer(
    request: Request, columns: Sequence[str], rows: Iterable[object], name: str, following: str | None = None
) -> Response:
    """Return rows as CSV (RFC 4180), one line each, their fields named by `columns`. `name` is the file's.

    A table has no place for the cursor of the page that follows: the answer links to that page.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(getattr(row, column)) for column in columns] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    if following is not None:
        headers["Link"] = f'<?{request.url.include_query_params(cursor=following).query}>; rel="next"'
    return Response(text.getvalue(), headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8; header=present")


def cell(value: Any) -> str:
    """Return a cell's text. What a spreadsheet would run as a formula gets an apostrophe in front; numbers do not."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            text = str(value)
            return (
                f"'{text}" if text.lstrip(_SEEN_THROUGH).startswith(_BEGINS_A_FORMULA) or text[:1] in "\t\r\n" else text
            )
