"""What the engine makes of the facts that are pinned, as bytes, and what was pinned of it."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

from compensation.deriving.earnings import derive
from compensation.domain.crediting import credit
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.drawing import pay_out
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.pay_periods import PayTerms, pay_periods
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.summing import YearFacts
from compensation.projections import payouts
from events.domain import Value
from fiscal.calendar import Period, parse_period
from tests.pinned.document_histories import DOCUMENTS
from tests.pinned.pay_histories import PAY
from tests.pinned.shared_histories import CREDITING
from tests.pinned.writing import CALENDAR

FILE = Path(__file__).parent / "RESULTS.json"
YEARS = PAY | DOCUMENTS
NAMES = (*YEARS, *CREDITING)

WORDS = frozenset({"detail", "due", "name"})
"""Members that say something in words. Words may get better; what is pinned is every number."""

AS_PAID = frozenset({"pay_currency", "as_paid"})
"""Members that say nothing else where something is paid in the plan's own currency."""

YEAR = parse_period(CALENDAR, "2017")


class Pinned(Value, tag=False):
    """What was pinned: by which version of the engine, the digest of all numbers, and some of them for people."""

    engine: int
    digest: str
    sums: dict[str, str]


@cache
def numbers_of(name: str) -> Any:
    """Return what the engine makes of some facts, as JSON: each sum, line, slice, level, adjustment and payout."""
    if name in CREDITING:
        return essence(tuple(credit(CREDITING[name])))
    facts = YEARS[name]
    earnings, rows = earn(facts), derive(YearFacts(year=facts)).rows
    terms = PayTerms(
        calendar=facts.calendar,
        spells=facts.spells,
        versions=facts.versions,
        earned=payouts.sums_of(rows),
        rates=facts.rates,
    )
    return essence({"earnings": earnings, "rows": rows, "payouts": pay_out(pay_periods(terms, YEAR))})


def digest_of(name: str) -> str:
    return hashlib.sha256(msgspec.json.encode(numbers_of(name))).hexdigest()


def sums_of(name: str) -> dict[str, str]:
    """Return what people compare: what each person is credited with, or earns in each period and is paid."""
    if name in CREDITING:
        several = enumerate(credit(CREDITING[name]), 1)
        return {f"{place} {each.source} {each.person_id}": f"{each.problem or each.amount}" for place, each in several}
    paid = {f"{each['period']} paid": each["paid"] for each in numbers_of(name)["payouts"] if Decimal(each["paid"])}
    return dict(earned_sums(YEARS[name])) | paid


def earned_sums(facts: PersonYear) -> Iterator[tuple[str, str]]:
    for row in sorted(derive(YearFacts(year=facts)).rows, key=lambda each: (each.period, each.component)):
        if row.component:
            sums = {"earned": row.earned, "held": row.held, "released": row.released}
            said = [f"{name} {amount}" for name, amount in sums.items() if amount]
            yield f"{row.period} {row.component}", row.problem or ", ".join(said) or "nothing"


def essence(value: Any) -> Any:
    """Return the numbers of a value as JSON: without words, and without what has its default or is empty.

    So a field that is new says nothing of years that do not use it.
    """
    match value:
        case msgspec.Struct():
            return essence_of(value)
        case dict():
            return {str(name): essence(each) for name, each in cast("dict[Any, Any]", value).items()}
        case tuple() | list():
            return [essence(each) for each in cast("tuple[Any, ...]", value)]
        case _:
            return msgspec.to_builtins(value)


def essence_of(value: msgspec.Struct) -> Any:
    """Return the numbers of a value with members; of what it follows from only which it is, and how much counts."""
    if isinstance(value, Period):
        return value.name
    if isinstance(value, Credit):
        number = 0 if value.line is None else value.line.number
        name = value.deal_id if value.document is None else value.document_key
        return [name, value.source, value.number, number, str(value.amount), str(value.credited)]
    defaults = {each.name: each.default for each in msgspec.structs.fields(value)}
    unsaid = WORDS if is_abroad(value) else WORDS | AS_PAID
    kept = {name: getattr(value, name) for name in defaults if name not in unsaid}
    tag = value.__struct_config__.tag
    members = {name: essence(each) for name, each in kept.items() if is_said(each, defaults[name])}
    return members if tag is None else {"is": tag} | members


def is_abroad(value: msgspec.Struct) -> bool:
    """Say whether something is paid in another currency than the plan's."""
    if isinstance(value, EarningLine):
        return value.payment is not None
    return getattr(value, "pay_currency", None) != getattr(value, "currency", None)


def is_said(member: Any, default: Any) -> bool:
    """Say whether a member says anything."""
    return member is not None and member != () and (default is msgspec.NODEFAULT or member != default)


def pinned() -> dict[str, Pinned]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Pinned]) if FILE.exists() else {}
