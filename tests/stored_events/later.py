"""Events that got optional members after their first samples were made, with these members."""

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from compensation.domain.assignment import PersonAssigned
from money.money import Money
from performance.domain import deal
from performance.domain.fields import DayField, FlagField, NumberField, TextField
from performance.domain.lines import Line
from performance.domain.terms import Stamp
from tests.stored_events.story import DEALS, PROPOSED, Story, stamp

FIELDS = (
    NumberField(name="discount", value=Decimal("12.5")),
    DayField(name="go_live_on", value=date(2026, 6, 1)),
    TextField(name="region", value="EMEA"),
    FlagField(name="strategic", value=True),
)
LINES = (
    Line(
        line_id="1",
        amount=Decimal("36000.00"),
        product_id="gtx-pro",
        type="license",
        quantity=Decimal(25),
        margin=Decimal("14400.00"),
        value_per_year=Decimal("12000.00"),
        term_months=36,
        renewal=False,
        fields=FIELDS,
    ),
    Line(line_id="2", amount=Decimal("12000.00")),
)
DESCRIBED = replace(PROPOSED, lines=LINES, fields=FIELDS, cancelled_on=date(2026, 5, 20))


def described(number: int, kind: type[deal.DealFact]) -> deal.DealFact:
    """Return what happens to a deal that is described to its lines."""
    told = ("lines", "cancelled_on", *(f"fields.{each.name}" for each in FIELDS))
    said: Stamp = stamp(number)
    return kind(stamp=said, terms=DESCRIBED, told=told, changed=("lines", "fields", "cancelled_on"))


BASE_PAY = Money(amount=Decimal("60000.00"), currency="USD")

LATER: Story = {
    "compensation": (
        (
            "p-1~accelerated",
            PersonAssigned(person_id="p-1", plan_id="accelerated", starts_on=date(2026, 1, 1), base_pay=BASE_PAY),
        ),
    ),
    "performance": tuple(("crm.D-1042", described(number, kind)) for number, (kind, *_) in enumerate(DEALS)),
}
