"""What a statement says over HTTP, written as a worked example writes its figures."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attain.acceptance.example import Figure, Shows
from attain.acceptance.sending import known_deal_id

Json = Mapping[str, Any]
Lines = Sequence[Json]

HUNDRED = Decimal(100)


def shown(figure: Figure, statement: Json, name: str) -> str:
    """Return a figure as a statement has it; what waits to be paid is said beside it."""
    sections = [each for each in statement["sections"] if figure.component in (None, each["component"])]
    deal_id = None if figure.deal is None else known_deal_id(name, figure.deal)
    lines = sorted(
        (line for section in sections for line in section["lines"] if deal_id in (None, line["credit"]["deal_id"])),
        key=lambda line: (line["credit"]["booked_on"], line["credit"]["source_at"]),
    )
    if figure.shows == "earned":
        said = str(Decimal(earned(sections)) + taken_back(statement, figure))
    elif figure.months:
        said = ", ".join(of_payout(figure.shows, each) for each in statement["payouts"][: figure.months])
    else:
        said = READINGS[figure.shows](lines)
    waiting = sorted({each["kind"] for each in statement["unpaid"]})
    return f"{said} (waiting: {', '.join(waiting)})" if waiting else said


def of_payout(shows: Shows, payout: Json) -> str:
    """Return a figure of a payout, or of what it costs where it is paid in another currency than the plan's."""
    if shows not in COSTS:
        return payout[shows]["amount"]
    if payout["cost"] is None:
        return "no cost"
    cost: Json = payout["cost"][COSTS[shows]]
    return f"{cost['amount']} {cost['currency']}"


def earned(sections: Lines) -> str:
    """Return the sum of sections."""
    return str(sum((Decimal(each["earned"]["amount"]) for each in sections), Decimal("0.00")))


def taken_back(statement: Json, figure: Figure) -> Decimal:
    """Return what is taken back of cancelled deals."""
    mine = [each for each in statement["clawed"] if figure.component in (None, each["component"])]
    return sum((Decimal(each["earned"]["amount"]) for each in mine), Decimal("0.00"))


def each_line(lines: Lines) -> str:
    """Return what each line earns."""
    return ", ".join(line["earned"]["amount"] for line in lines)


def slices(lines: Lines) -> str:
    """Return the slices of lines: what they pay on, and at which rate."""
    return " + ".join(
        f"{plain(each['pay_base'])} at {plain(each['rate'])}%" for line in lines for each in line["slices"]
    )


def parts(lines: Lines) -> str:
    """Return what each slice of the lines earned."""
    return " + ".join(each["earned"]["amount"] for line in lines for each in line["slices"])


def blended(lines: Lines) -> str:
    """Return what the rates pay in percent of what is credited."""
    credited = sum(Decimal(line["credit"]["amount"]["amount"]) for line in lines)
    return f"{plain(HUNDRED * sum(Decimal(line['exact']['amount']) for line in lines) / credited)}%" if credited else ""


def measured(lines: Lines) -> str:
    """Return where the measure stood after each line."""
    return ", ".join(plain(line["measured_to"]) for line in lines)


def plain(number: Decimal | str) -> str:
    """Return a number without needless zeros."""
    return f"{Decimal(number).normalize():f}"


COSTS: Mapping[Shows, str] = {"posted": "posted", "cost": "paid", "difference": "difference"}

READINGS: Mapping[Shows, Callable[[Lines], str]] = {
    "lines": each_line,
    "slices": slices,
    "parts": parts,
    "blended": blended,
    "measured": measured,
}
