"""Checks of the members of a JSON document, each of which says what is wrong and where.

A fault never repeats what the document says: that may be somebody's name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar, cast

from events.domain import Refused, Value

T = TypeVar("T")
Check: TypeAlias = Callable[[object], Any]
"""Returns what a member says. Raises `DeliveryIsWrong`, whose pointers begin at the member."""

DAY_MIN = date(1990, 1, 1)
DAY_MAX = date(2099, 12, 31)
TEXT_LENGTH_MAX = 200
FAULTS_MAX = 20
"""How many faults of a delivery are named: no one mends more at once, and a body of a megabyte could have 100,000."""

NOT_A_NUMBER = "this has to be a number, or a text of plain digits such as 1234.50"

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Fault(Value, tag=False):
    """What is wrong in a delivery: where, as a JSON pointer into it, and which rule."""

    pointer: str
    detail: str


class DeliveryIsWrong(Refused):
    """The request has wrong fields."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:FAULTS_MAX])
        super().__init__(
            errors=[{"in": "body", "pointer": each.pointer, "detail": each.detail} for each in self.faults]
        )


def wrong(detail: str, pointer: str = "") -> DeliveryIsWrong:
    """Return a refusal with one fault."""
    return DeliveryIsWrong([Fault(pointer=pointer, detail=detail)])


def checked(
    document: object, checks: Mapping[str, Check], *, required: Sequence[str], place: str = ""
) -> tuple[dict[str, Any], list[Fault]]:
    """Return an object's members as their checks return them, and the faults of those that fail or are unknown."""
    if not isinstance(document, dict):
        return {}, [Fault(pointer=place, detail="this has to be an object")]
    members = cast("dict[str, object]", document)
    found: dict[str, Any] = {}
    faults = [Fault(pointer=f"{place}/{name}", detail="is missing") for name in required if name not in members]
    for name, value in members.items():
        check = checks.get(name)
        if check is None:
            faults.append(Fault(pointer=f"{place}/{escaped(name)}", detail="no such field is known"))
            continue
        try:
            found[name] = check(value)
        except DeliveryIsWrong as error:
            faults += [Fault(pointer=f"{place}/{name}{each.pointer}", detail=each.detail) for each in error.faults]
    return found, faults


def escaped(name: str) -> str:
    """Return a member's name as a JSON pointer writes it (RFC 6901), shortened if it is very long."""
    return name[:TEXT_LENGTH_MAX].replace("~", "~0").replace("/", "~1")


def instant_of(written: object) -> datetime:
    """Return an instant, in UTC."""
    if isinstance(written, str) and _INSTANT.fullmatch(written):
        with suppress(ValueError, OverflowError):
            instant = datetime.fromisoformat(written.upper()).astimezone(UTC)
            if instant.date() >= DAY_MIN:
                return instant
    raise wrong(f"an instant is written as 2026-01-31T09:30:00Z, from {DAY_MIN} on")


def anything(written: object) -> object:
    """Return it: its members are checked later."""
    return written


def text_of(written: object) -> str:
    """Return a line of text."""
    if not isinstance(written, str) or not 1 <= len(written.strip()) <= TEXT_LENGTH_MAX or _CONTROL.search(written):
        raise wrong(f"this has to be a line of text, 1 to {TEXT_LENGTH_MAX} characters long")
    return written.strip()


def day_of(written: object) -> date:
    """Return a day."""
    if isinstance(written, str) and _DAY.fullmatch(written):
        with suppress(ValueError):
            day = date.fromisoformat(written)
            if DAY_MIN <= day <= DAY_MAX:
                return day
    raise wrong(f"a day is written as 2026-01-31, from {DAY_MIN} to {DAY_MAX}")


def number_of(written: object) -> Decimal:
    """Return a number, which may be written as a text of plain digits."""
    if isinstance(written, bool) or not isinstance(written, int | Decimal | str):
        raise wrong(NOT_A_NUMBER)
    if isinstance(written, str) and not _NUMBER.fullmatch(written):
        raise wrong(NOT_A_NUMBER)
    number = Decimal(written)
    return number or number.copy_abs()  # nothing has no sign


def plain(number: Decimal) -> Decimal:
    """Return the same number written in plain digits: `1E+2` is 100. It is checked to have only so many."""
    return Decimal(format(number, "f"))


def each_of(written: object, check: Callable[[object], T], count_max: int) -> list[T]:
    """Return a list's elements as their check returns them."""
    if not isinstance(written, list):
        raise wrong("this has to be a list")
    elements = cast("list[object]", written)
    if len(elements) > count_max:
        raise wrong(f"a list has {count_max} elements at most")
    found: list[T] = []
    faults: list[Fault] = []
    for place, element in enumerate(elements):
        try:
            found.append(check(element))
        except DeliveryIsWrong as error:
            faults += [Fault(pointer=f"/{place}{each.pointer}", detail=each.detail) for each in error.faults]
    if faults:
        raise DeliveryIsWrong(faults)
    return found


def or_nothing(check: Check, nothing: object = None) -> Check:
    """Return a check that takes null as well, and what it then returns."""
    return lambda written: nothing if written is None else check(written)
