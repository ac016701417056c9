"""Deals that are pinned: who is credited with what of each, by its shares, and beside them."""

from datetime import date
from decimal import Decimal

import msgspec

from compensation.domain.claim import Beside, Holding
from compensation.domain.crediting import DealFacts
from compensation.domain.deal import Deal, DealLine, Share
from tests.pinned.writing import CALENDAR, NOON

DEAL = Deal(
    deal_id="d1",
    status="won",
    amount=Decimal("1000.01"),
    currency="USD",
    account="Acme",
    product="GTX Pro",
    fields=None,
    booked_on=date(2017, 2, 3),
    cancelled_on=None,
    source_at=NOON,
    event_id="e",
    event_type="DealWonV1",
    event_version=1,
    event_source="/services/performance",
    event_at=NOON,
    event_position=1,
)


def share(number: int, who: str | None, percent: str, owner: str | None = None) -> Share:
    return Share(deal_id="d1", number=number, person_id=who, owner_hash=owner, percent=Decimal(percent))


def line(number: int, amount: str) -> DealLine:
    return DealLine(
        deal_id="d1",
        number=number,
        line_id=f"l{number}",
        amount=Decimal(amount),
        product_id="gtx",
        type=None,
        quantity=Decimal(2),
        margin=None,
        value_per_year=None,
        term_months=None,
        renewal=None,
        fields=None,
    )


THIRDS = (share(1, "ada", "33.333333"), share(2, "bob", "33.333333"), share(3, "cyd", "33.333334"))
WHOLE = DealFacts(deal=DEAL, shares=(share(1, "ada", "100"),), claims={}, calendar=CALENDAR)


def shared(**said: object) -> DealFacts:
    return msgspec.structs.replace(WHOLE, **said)


CREDITING: dict[str, DealFacts] = {
    "a share each of thirds": shared(shares=THIRDS),
    "lines of shares": shared(shares=THIRDS[:2], lines=(line(1, "999.99"), line(2, "0.02"))),
    "roll-up, once a manager": shared(
        shares=THIRDS,
        beside=(
            Beside(source="roll_up", credited_as=None, by={"ada": ("mia", "top"), "bob": ("mia",), "cyd": ("top",)}),
            Beside(source="roll_up", credited_as="direct", by={"ada": ("mia",), "bob": ("mia",)}),
        ),
    ),
    "relationship and team": shared(
        shares=THIRDS,
        beside=(
            Beside(source="relationship", credited_as="sales_engineer", by={"ada": ("eve",), "cyd": ("eve", "fay")}),
            Beside(source="team", credited_as=None, by={"bob": ("bob", "gus")}),
        ),
    ),
    "territory": shared(
        held=(
            Holding(credited_as="owner", person_id="eve", percent=Decimal(100)),
            Holding(credited_as="owner equally", person_id="fay", percent=Decimal("33.3333")),
            Holding(credited_as="owner equally", person_id="gus", percent=Decimal("66.6667")),
        )
    ),
    "owners who are nobody": shared(
        shares=(share(1, "ada", "50"), share(2, None, "25", "h-new"), share(3, None, "25", "h-two")),
        claims={"h-two": ("bob", "cyd")},
        falls_in_none=True,
    ),
    "lines that do not add up": shared(lines=(line(1, "999.99"),)),
    "excluded by hand": shared(shares=THIRDS, excluded={"bob": "carol: a house account"}),
    "split by hand": shared(
        shares=(msgspec.structs.replace(share(1, "bob", "60"), by_hand="carol: agreed"), share(2, "ada", "90"))
    ),
}
"""What each is worth to whom belongs to a version of the engine."""
