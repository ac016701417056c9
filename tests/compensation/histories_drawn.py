"""Histories that are drawn by chance: a person's year of credits, quotas, plans and days on them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
from hypothesis import strategies as st

from compensation.domain.document.credit_rule import Source
from compensation.domain.engine.credit import Credit, Origin
from compensation.domain.engine.document import Activity, Invoice, Payment, Refund
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from compensation.domain.engine.line import Fields
from compensation.domain.engine.posted import Result, Score
from compensation.domain.engine.rate import Rate, rate_id
from fiscal.calendar import FiscalCalendar, Period, PeriodKind, parse_period, periods_within
from tests.compensation.chance import Chance
from tests.compensation.given_drawn import some_given
from tests.compensation.plans_drawn import a_document, an_exchange
from tests.compensation.rules_drawn import ACTIVITY_KINDS, PRODUCTS, RESULT_NAMES
from tests.compensation.spells_drawn import some_spells

CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)
NEW_YEAR = date(2017, 1, 1)
NOON = datetime(2017, 1, 1, 12, tzinfo=UTC)
HUNDRED = Decimal(100)
KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
PERIODS: tuple[Period, ...] = tuple(
    each for kind in KINDS for each in periods_within(CALENDAR, parse_period(CALENDAR, "2017"), kind)
)
ORIGIN = Origin(
    event_id="e",
    event_type="DealWonV1",
    version=1,
    source="/services/performance",
    occurred_at=NOON,
    position=1,
)
AMOUNTS = ("100", "250", "500", "500", "1000", "0", "-100", "-500")
SHARES: tuple[tuple[Source, str | None, str], ...] = (
    ("own", None, "100"),
    ("own", None, "100"),
    ("own", None, "100"),
    ("own", None, "100"),
    ("own", None, "100"),
    ("roll_up", None, "100"),
    ("own", None, "33.333333"),
    ("own", None, "50"),
    ("roll_up", None, "50"),
    ("roll_up", "direct", "100"),
    ("relationship", "sales_engineer", "100"),
    ("relationship", "mentor", "75"),
    ("territory", "owner", "100"),
    ("territory", "owner equally", "50"),
    ("territory", "owner parents", "100"),
    ("territory", "owner equally parents", "25"),
    ("team", None, "80"),
    ("stages", "Proposal 40, Closing 60", "40"),
    ("stages", "Closing 1, Proposal 2 of all by first owner", "66.666666"),
)
"""Whose share it is, as what, and how much."""


def some_fields(chance: Chance) -> Fields:
    """Draw what is known of an account, a product and a person."""
    fields: Fields = (
        ("account.industry", chance.choice(("Retail", "retail", "Energy"))),
        ("product.line", "Pro"),
        ("person.team", chance.choice(("west", "south", "east"))),
        ("person.tenure_months", Decimal(chance.up_to(12))),
        ("person.hired_on", chance.day()),
        ("territory", chance.choice(("emea", "apac"))),
    )
    return chance.some(fields, chance.up_to(6))


def some_credits(chance: Chance, deal_id: str) -> list[Credit]:
    """Draw a deal with one share or two of the person's."""
    amount = chance.number(*AMOUNTS, least=-300, most=900)
    deal = Credit(
        deal_id=deal_id,
        number=1,
        source="own",
        person_id="ada",
        booked_on=chance.day(),
        source_at=NOON + timedelta(hours=chance.up_to(2)),
        amount=amount,
        currency=chance.choice(("EUR", "EUR", "GBP")) if chance.is_one_in(8) else "USD",
        percent=HUNDRED,
        deal_amount=amount,
        account=chance.choice((None, "Isdom")),
        product=chance.choice((None, *PRODUCTS)),
        origin=ORIGIN,
        known=some_fields(chance.of("known")),
    )
    shares = [chance.choice(SHARES) for _ in range(chance.choice((1, 1, 2, 3)))]
    return [
        msgspec.structs.replace(
            deal,
            source=source,
            credited_as=named,
            percent=Decimal(percent),
            number=number,
            amount=amount * Decimal(percent) / HUNDRED,
        )
        for number, (source, named, percent) in enumerate(shares, 1)
    ]


def some_billed(chance: Chance, shares: Sequence[Credit]) -> list[Credit]:
    """Draw an invoice of a deal, or cash for it, some of which may have gone back; it is shared as the deal is."""
    amount, booked_on = chance.number("50", "100", "200", least=1, most=500), shares[0].booked_on
    document_id, day = f"b{shares[0].deal_id}", chance.day()
    back = tuple(
        Refund(refund_id=f"r{number}", refunded_on=chance.day(), amount=amount * part)
        for number, part in enumerate(chance.choice(((), ("0.25",), ("1",), ("0.1", "0.3"))))
        for part in [Decimal(part)]
    )
    invoice = Invoice(document_id=document_id, amount=amount, booked_on=booked_on)
    invoice_id = chance.choice((None, "i1"))
    payment = Payment(document_id=document_id, amount=amount, booked_on=booked_on, invoice_id=invoice_id, refunds=back)
    document = chance.choice((invoice, payment))
    return [
        msgspec.structs.replace(each, booked_on=day, amount=amount * each.percent / HUNDRED, document=document)
        for each in shares
    ]


def an_activity(chance: Chance, activity_id: str) -> Credit:
    """Draw something that the person did, once or several times, perhaps for a deal."""
    count = chance.up_to(3)
    return Credit(
        deal_id=chance.choice(("", "d0")),
        number=1,
        source="own",
        person_id="ada",
        booked_on=chance.day(),
        source_at=NOON + timedelta(hours=chance.up_to(2)),
        amount=Decimal(0),
        currency="",
        percent=HUNDRED,
        deal_amount=Decimal(0),
        account=chance.choice((None, "Isdom")),
        product=None,
        origin=ORIGIN,
        document=Activity(document_id=activity_id, activity_kind=chance.choice(ACTIVITY_KINDS), count=count),
    )


def something_posted(chance: Chance, posted_id: str) -> Credit:
    """Draw a result, or the score of an objective, which now and then has no weight."""
    result = Result(
        document_id=posted_id,
        name=chance.choice(RESULT_NAMES),
        subject=chance.choice(("company", "person")),
        value=chance.number("100", "250", "500", "-100", most=900),
    )
    score = Score(
        document_id=posted_id,
        name="Reference customers",
        subject=chance.choice(("company", "person")),
        percent=chance.number("85", "100", "120", most=200),
        weight=chance.choice((Decimal(40), Decimal(60), HUNDRED, None)),
    )
    ends_on = chance.choice(PERIODS).ends_on
    document = chance.choice((result, result, score))
    return msgspec.structs.replace(
        an_activity(chance, posted_id), deal_id="", account=None, booked_on=ends_on, document=document
    )


def a_quota(chance: Chance, name: str, period: Period, amount: Decimal) -> Quota | None:
    """Draw a period's quota: now and then it is missing, zero, or in another currency."""
    oddity = chance.choice(("missing", "zero", "euro")) if chance.is_one_in(12) else ""
    if oddity == "missing":
        return None
    return Quota(
        measure=name,
        period=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        amount=Decimal(0) if oddity == "zero" else amount,
        currency="EUR" if oddity == "euro" else "USD",
    )


def some_quotas(chance: Chance) -> tuple[Quota, ...]:
    amounts = {
        "bookings": ("300", "500", "1000", "777.77"),
        "quota_of_deals": ("1", "2", "3", "5"),
        "company.revenue": ("300", "500"),
    }
    drawn = [
        a_quota(chance, name, period, Decimal(chance.choice(several)))
        for name, several in amounts.items()
        for period in PERIODS
    ]
    mine = [each for each in drawn if each is not None]
    teams = [msgspec.structs.replace(each, of="team", amount=each.amount * 2) for each in mine if chance.is_one_in(2)]
    return (*teams, *mine)


def some_versions(chance: Chance, component_count: int) -> tuple[PlanVersion, ...]:
    """Draw a plan, and perhaps its next version, or the same again, or another plan."""
    document = a_document(chance.of("first"), component_count)
    first = PlanVersion(plan_id="p1", version=1, effective_on=NEW_YEAR, document=document)
    shape = chance.choice(("one", "one", "one", "again", "rates", "next", "two"))
    if shape == "one":
        return (first,)
    other = msgspec.structs.replace(document, exchange=an_exchange(chance.of("exchange")))
    nexts = {"again": document, "rates": other}
    return (
        first,
        PlanVersion(
            plan_id="p2" if shape == "two" else "p1",
            version=2,
            effective_on=chance.day(),
            document=nexts.get(shape) or a_document(chance.of("second"), component_count),
        ),
    )


def some_rates(chance: Chance) -> dict[str, tuple[Rate, ...]]:
    """Draw rates of some pairs, in one direction or the other, from a few days on; now and then none."""
    found: dict[str, tuple[Rate, ...]] = {}
    for pair in (("EUR", "USD"), ("GBP", "USD"), ("GBP", "EUR")):
        for kind in ("plan", "daily"):
            base, quote = pair if chance.is_one_in(2) else pair[::-1]
            days = {date(2016, 12, 31) if kind == "plan" else chance.day() for _ in range(chance.up_to(4))}
            told = tuple(a_rate(chance, (base, quote), kind, day) for day in sorted(days))
            found |= {} if chance.is_one_in(6) else {rate_id(base, quote, kind): told}
    return found


def a_rate(chance: Chance, pair: tuple[str, str], kind: str, day: date) -> Rate:
    rate = Decimal(chance.choice(("1.22", "0.8", "2", "1.0842", "3")))
    return Rate(base=pair[0], quote=pair[1], kind=kind, effective_on=day, rate=rate, source="ECB")


def a_year(seed: int, deal_count: int, component_count: int) -> PersonYear:
    """Return the year of a seed. Fewer deals or components leave the others as they are."""
    chance = Chance(str(seed))
    deals = [some_credits(chance.of(f"deal {number}"), f"d{number}") for number in range(deal_count)]
    drawn = [credit for shares in deals for credit in shares]
    drawn += [credit for shares in deals[::2] for credit in some_billed(chance.of(f"bill {shares[0].deal_id}"), shares)]
    drawn += [something_posted(chance.of(f"posted {number}"), f"d{number}") for number in range(deal_count // 2)]
    drawn += [an_activity(chance.of(f"activity {number}"), f"d{number}") for number in range(deal_count // 2)]
    drawn += some_given(chance.of("by hand"), some_credits)
    return PersonYear(
        person_id="ada",
        year="2017",
        calendar=CALENDAR,
        credits=chance.of("arrival").some(drawn, len(drawn)),
        quotas=some_quotas(chance.of("quotas")),
        spells=some_spells(chance.of("spells")),
        versions=some_versions(chance.of("versions"), component_count),
        rates=some_rates(chance.of("rates")),
    )


years = st.builds(a_year, seed=st.integers(0, 10**12), deal_count=st.integers(1, 9), component_count=st.integers(1, 3))
"""A person's year: what failed is made smaller by its deals and components."""
