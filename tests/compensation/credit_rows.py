"""Drawn credits as the read model keeps them."""

from typing import Any

from compensation.domain.deal import DealLine
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import person_year
from compensation.domain.engine.line import Line
from compensation.projections.credits import CreditRow, DealSaid, as_json
from compensation.projections.custom_fields import written_fields


def row_of(credit: Credit) -> CreditRow:
    """Return the row that a credit is kept in."""
    line = credit.line
    said: dict[str, Any] = dict.fromkeys(CreditRow.__struct_fields__)
    said |= {name: getattr(credit, name) for name in Credit.__struct_fields__ if name in said}
    said |= {
        "known": written_fields(credit.known),
        "settled": None,
        "given": None if credit.given is None else as_json(credit.given),
        "line_number": 0 if line is None else line.number,
        "line_id": None if line is None else line.line_id,
        "person_year": person_year(credit.person_id, "2017"),
        "deal": as_json(deal_said(credit)),
        "line": None if line is None else as_json(line_said(credit.deal_id, line)),
    }
    return CreditRow(**said)


def deal_said(credit: Credit) -> DealSaid:
    """Return what the deal of a credit says."""
    return DealSaid(
        source_at=credit.source_at,
        amount=credit.deal_amount,
        account=credit.account,
        product=credit.product,
        fields=None,
        event_id="e",
        event_type="e",
        event_version=1,
        event_source="e",
        event_at=credit.source_at,
        event_position=1,
    )


def line_said(deal_id: str, line: Line) -> DealLine:
    """Return a line that has an amount and nothing else."""
    return DealLine(
        deal_id=deal_id,
        number=line.number,
        line_id=line.line_id,
        amount=line.amount,
        product_id=None,
        type=None,
        quantity=None,
        margin=None,
        value_per_year=None,
        term_months=None,
        renewal=None,
        fields=None,
    )
