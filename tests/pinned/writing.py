"""Facts that are written down: a plan as it is posted, deals, quotas, and days on the plan. Nothing here is drawn."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from compensation.domain.assignment import Spell
from compensation.domain.document.credit_rule import Source
from compensation.domain.document.shape import PlanDocument, QuotaOf
from compensation.domain.engine.credit import Credit, Origin
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from compensation.domain.engine.line import Line
from compensation.domain.engine.rate import Rates
from compensation.domain.leave import Leave
from compensation.routers.documents import DocumentBody
from fiscal.calendar import FiscalCalendar, parse_period
from money.money import Money

CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)
NOON = datetime(2017, 1, 1, 12, tzinfo=UTC)
NEW_YEAR = date(2017, 1, 1)
HUNDRED = Decimal(100)
ORIGIN = Origin(
    event_id="e", event_type="DealWonV1", version=1, source="/services/performance", occurred_at=NOON, position=1
)

BOOKINGS = {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": "bookings"}
DEALS = {"id": "deals", "counts": "deals", "rules": ["own"], "interval": "quarter"}


def tiers(*several: tuple[str | None, str]) -> list[dict[str, str | None]]:
    return [{"up_to": up_to, "rate": rate} for up_to, rate in several]


def table(
    *several: tuple[str | None, str], kind: str = "step", over: str = "attainment", pays: str = "percent", **said: Any
) -> dict[str, Any]:
    return {"kind": kind, "over": over, "pays": pays, "tiers": tiers(*several)} | said


STEPS = table(("50", "4"), ("100", "5.5"), (None, "8.125"))
FLAT = table((None, "10"), over="measure")


def component(rates: Mapping[str, Any] = STEPS, **said: Any) -> dict[str, Any]:
    return {"id": "commission", "measure": "bookings", "table": rates} | said


def plan(*components: Mapping[str, Any], **said: Any) -> PlanDocument:
    """Return a plan as the service reads it: what is posted goes through the same door."""
    written: dict[str, Any] = {
        "name": "Written",
        "currency": "USD",
        "pays": "month",
        "credit_rules": [{"id": "own"}],
        "measures": [BOOKINGS, DEALS],
        "components": components or (component(),),
        "rounding": {"rule": "half_up", "at": "end"},
    }
    return DocumentBody.model_validate(written | said).document()


def deal(
    name: str,
    on: str,
    amount: str,
    *,
    percent: str = "100",
    source: Source = "own",
    currency: str = "USD",
    cancelled: str | None = None,
    line: Line | None = None,
    **said: Any,
) -> Credit:
    """Return a person's share of a deal, or of one of its lines."""
    whole = Decimal(amount)
    part = whole if line is None else line.amount
    return Credit(
        deal_id=name,
        number=1,
        source=source,
        person_id="ada",
        booked_on=date.fromisoformat(on),
        source_at=NOON,
        amount=part * Decimal(percent) / HUNDRED,
        currency=currency,
        percent=Decimal(percent),
        deal_amount=whole,
        account=said.pop("account", "Acme"),
        product=said.pop("product", "GTX Pro"),
        origin=ORIGIN,
        cancelled_on=None if cancelled is None else date.fromisoformat(cancelled),
        line=line,
        **said,
    )


def line(number: int, amount: str, **said: Any) -> Line:
    return Line(number=number, line_id=f"l{number}", amount=Decimal(amount), **said)


def quota(
    period: str, amount: str, *, measure: str = "bookings", currency: str | None = "USD", of: QuotaOf = "person"
) -> Quota:
    named = parse_period(CALENDAR, period)
    return Quota(
        measure=measure,
        period=period,
        starts_on=named.starts_on,
        ends_on=named.ends_on,
        amount=Decimal(amount),
        currency=currency,
        of=of,
    )


def quarters(amount: str, **said: Any) -> tuple[Quota, ...]:
    return tuple(quota(f"2017-Q{number}", amount, **said) for number in range(1, 5))


def spell(
    starts_on: str = "2017-01-01",
    ends_on: str | None = None,
    *,
    plan_id: str = "p1",
    target: str | None = "12000",
    base: str | None = None,
    currency: str = "USD",
    leaves: Sequence[tuple[str, str]] = (),
    pay: str | None = None,
) -> Spell:
    return Spell(
        plan_id=plan_id,
        starts_on=date.fromisoformat(starts_on),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        target_pay=None if target is None else Money.parse(target, currency),
        base_pay=None if base is None else Money.parse(base, currency),
        leaves=tuple(
            Leave(first_on=date.fromisoformat(first), last_on=date.fromisoformat(last), reason="family")
            for first, last in leaves
        ),
        pay_currency=pay,
    )


def version(document: PlanDocument, number: int = 1, on: str = "2017-01-01", plan_id: str = "p1") -> PlanVersion:
    return PlanVersion(plan_id=plan_id, version=number, effective_on=date.fromisoformat(on), document=document)


SOLD = (
    deal("d1", "2017-01-18", "6000"),
    deal("d2", "2017-02-03", "4000.01"),
    deal("d3", "2017-02-28", "10000", product="MG Basic", account="Isdom"),
    deal("d4", "2017-03-09", "333.33", percent="33.333333"),
    deal("d5", "2017-05-02", "25000"),
    deal("d6", "2017-11-30", "-1500"),
)
"""Six deals that pass 50% and 100% of a quarter's quota of 16,000; a share with remainders; a credit note."""


def year(
    document: PlanDocument,
    *deals: Credit,
    quotas: Sequence[Quota] = (),
    spells: Sequence[Spell] = (),
    versions: Sequence[PlanVersion] = (),
    rates: Rates | None = None,
) -> PersonYear:
    """Return a person's year on one plan, or on what is said otherwise."""
    return PersonYear(
        person_id="ada",
        year="2017",
        calendar=CALENDAR,
        credits=deals or SOLD,
        quotas=tuple(quotas or quarters("16000")),
        spells=tuple(spells or (spell(),)),
        versions=tuple(versions or (version(document),)),
        rates=rates or {},
    )
