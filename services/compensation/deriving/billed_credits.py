"""Credits of what is billed and paid of a deal: it is shared as the booking is, on the document's own day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from compensation.domain.billing import Billed, document_of, names_unknown_line, spread
from compensation.domain.crediting import DealFacts
from compensation.domain.engine.exact import percent_of, plain
from compensation.domain.engine.facts import person_year
from compensation.projections.credits import CreditRow, as_json, said_by
from compensation.projections.origins import named_as
from fiscal.calendar import year_of


def billed_rows(facts: DealFacts, booked: Sequence[CreditRow]) -> Iterator[CreditRow]:
    """Return the credits of the invoices and payments of a deal, from those of its booking that are somebody's."""
    amounts, booked_on = facts.amounts, facts.deal.booked_on
    if booked_on is None or not facts.billed:
        return
    credited = [row for row in booked if row.person_year is not None]
    for billed in facts.billed:
        said = of_document(facts, billed)
        if names_unknown_line(billed, amounts):
            shares = first_of_each_share(credited)
            yield from (unknown_line(billed, row, said) for row in shares if row.source == "own")
            continue
        parts, document = spread(billed, amounts), as_json(document_of(billed, booked_on))
        for row in credited:
            amount = parts.get(row.line_id) if row.line_id is not None else billed.amount
            if amount is not None:
                share = msgspec.structs.replace(
                    row,
                    person_year=year_on(facts, row, billed.day),
                    amount=plain(percent_of(row.percent, amount)),
                    document=document,
                )
                yield msgspec.structs.replace(share, **said)


def year_on(facts: DealFacts, row: CreditRow, day: date) -> str | None:
    """Return the fiscal year of a credited person in which a day falls."""
    if row.person_id is None or facts.calendar is None:
        return None
    return person_year(row.person_id, year_of(facts.calendar, day).name)


def of_document(facts: DealFacts, billed: Billed) -> Mapping[str, object]:
    """Return what a credit has of its document: its day, its currency, and the event that told of it."""
    said = msgspec.structs.replace(said_by(facts.deal), source_at=billed.event_at, **named_as(billed))
    return {
        "document_kind": billed.kind,
        "document_id": billed.document_id,
        "booked_on": billed.day,
        "currency": billed.currency,
        "deal": as_json(said),
    }


def unknown_line(billed: Billed, row: CreditRow, said: Mapping[str, object]) -> CreditRow:
    """Return a share of a document that names a line which its deal does not have: nobody's credit."""
    waiting = msgspec.structs.replace(
        row,
        line_number=0,
        line_id=None,
        line=None,
        person_year=None,
        amount=plain(percent_of(row.percent, billed.amount)),
        problem="unknown_line",
    )
    return msgspec.structs.replace(waiting, **said)


def first_of_each_share(rows: Iterable[CreditRow]) -> list[CreditRow]:
    """Return one row of each share."""
    found: dict[tuple[str, int], CreditRow] = {}
    for row in rows:
        found.setdefault((row.source, row.number), row)
    return list(found.values())
