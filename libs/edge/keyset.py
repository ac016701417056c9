"""Pages of a list by keyset: where the last row ended, the next page begins, whatever was inserted meanwhile."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec
from sqlalchemy import ColumnElement, Select, and_, or_, true

from edge.refusals import CursorIsInvalid
from events.domain import Value
from events.store.columns import AMOUNT_DIGITS
from events.store.session import Reading

R = TypeVar("R", bound=Value)

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
CURSOR_LENGTH_MAX = 1_000
INSTANT_MIN, INSTANT_MAX = datetime(1900, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""No row is of another instant; near the ends of the calendar an instant with an offset is none in UTC."""

_INTEGER_MAX = 1 << 63
_AMOUNT_MAX = Decimal(_INTEGER_MAX).scaleb(-AMOUNT_DIGITS)


class Page(Value, tag=False):
    """Which page is asked for: how many rows at most, after which cursor."""

    limit: int = LIMIT_DEFAULT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Paged(Generic[R]):
    """A page of rows, and the cursor of the next one if there is one."""

    items: list[R]
    next: str | None


def read_page(
    reading: Reading,
    statement: Select[Any],
    row: type[R],
    page: Page,
    *,
    by: Sequence[str],
    descending: bool = False,
) -> Paged[R]:
    """Read one page of a statement's rows. Raises `CursorIsInvalid`.

    `by` names columns that are never null and together tell any two rows apart; the last one breaks ties.
    """
    columns = [statement.selected_columns[name] for name in by]
    order = f"{'-' if descending else ''}{','.join(by)}"
    condition = true() if page.cursor is None else beyond(columns, decode(page.cursor, order, row, by), descending)
    ordered = statement.where(condition).order_by(*(each.desc() if descending else each.asc() for each in columns))
    found = reading.rows(ordered.limit(page.limit + 1), row)
    more = len(found) > page.limit
    rows = found[: page.limit]
    return Paged(rows, encode(order, [getattr(rows[-1], name) for name in by]) if more else None)


def beyond(columns: Sequence[ColumnElement[Any]], values: Sequence[Any], descending: bool) -> ColumnElement[bool]:
    """Return the condition that a row comes after these values: `(a > x) or (a = x and b > y) or …`."""
    branches: list[ColumnElement[bool]] = []
    for number, (column, value) in enumerate(zip(columns, values, strict=True)):
        same = [columns[place] == values[place] for place in range(number)]
        branches.append(and_(*same, column < value if descending else column > value))
    return or_(*branches)


def encode(order: str, values: Sequence[Any]) -> str:
    """Return a cursor: the list's order and the last row's values, as text that means nothing to the caller."""
    return base64.urlsafe_b64encode(msgspec.json.encode([order, *values])).decode().rstrip("=")


def decode(cursor: str, order: str, row: type[Value], by: Sequence[str]) -> list[Any]:
    """Return the values of a cursor, each of its column's type. Raises `CursorIsInvalid`."""
    if len(cursor) > CURSOR_LENGTH_MAX:
        raise CursorIsInvalid
    hints = get_type_hints(row)
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found, *written = msgspec.json.decode(text, type=list[Any])
        if found != order:
            raise CursorIsInvalid
        values = [msgspec.convert(value, hints[name]) for name, value in zip(by, written, strict=True)]
    except (binascii.Error, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CursorIsInvalid from error
    if not all(map(is_bindable, values)):
        raise CursorIsInvalid
    return values


def is_bindable(value: object) -> bool:
    """Say whether both databases take a value: no NUL in a text, 64 bits, an instant that UTC has."""
    match value:
        case int():
            return abs(value) < _INTEGER_MAX
        case Decimal():
            return value.is_finite() and -_AMOUNT_MAX < value < _AMOUNT_MAX and value == round(value, AMOUNT_DIGITS)
        case datetime():
            return value.tzinfo is not None and INSTANT_MIN < value < INSTANT_MAX
        case str():
            return "\x00" not in value
        case _:
            return True
