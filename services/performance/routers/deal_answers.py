"""A deal as readers see it: who owns it, how it is shared, and what it is made of."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec
from pydantic import BeforeValidator, Field

from edge.bodies import Answer, MoneyAnswer, plain_digits
from performance.domain.lines import Line, total_of
from performance.domain.terms import KnownOwner, Owner, Status, UnmatchedOwner, owner_ref
from performance.projections.deals import DealRow
from performance.routers.custom_fields import FieldAnswer, fields_answered

Digits: TypeAlias = Annotated[str, BeforeValidator(plain_digits), Field(examples=["1234.50"])]


class OwnerAnswer(Answer):
    """Who owns a deal: a person of ours, or somebody whom no person has claimed, by the keyed hash of their name."""

    person_id: str | None
    name: str | None
    owner_hash: str | None


class SplitAnswer(Answer):
    """An owner's share in percent."""

    owner: OwnerAnswer
    percent: Annotated[str, Field(examples=["60"])]


class LineAnswer(Answer):
    """A part of a deal. Amounts are in the deal's currency."""

    line_id: Annotated[str, Field(examples=["1"])]
    product_id: str | None
    type: Annotated[str | None, Field(examples=["license"])]
    quantity: Digits | None
    amount: Digits
    margin: Digits | None
    value_per_year: Digits | None
    term_months: int | None
    renewal: bool | None
    fields: list[FieldAnswer]


class DealAnswer(Answer):
    """A deal as it stands. `booked_on` of a deal that is not won is what its source expects.

    `lines_add_up` is false where the amount was corrected and the lines were not, so that they are no part of it.
    """

    id: str
    source: str
    status: Status
    owner: OwnerAnswer | None
    amount: MoneyAnswer | None
    splits: list[SplitAnswer]
    stage: str | None
    account: str | None
    product: str | None
    opened_on: date | None
    booked_on: date | None
    cancelled_on: date | None
    lines: list[LineAnswer]
    lines_add_up: bool
    fields: list[FieldAnswer]
    updated_at: datetime
    version: int


def deal_answer(row: DealRow, people: dict[str, str], clear: dict[str, str | None]) -> DealAnswer:
    """Return a deal as it is answered."""
    money, parts = row.money(), row.parts()
    return DealAnswer(
        id=row.deal_id,
        source=row.source,
        status=row.status,  # pyright: ignore[reportArgumentType] pydantic checks it
        owner=None if row.owner_ref == "" else owner_answer(owner_in(row), people, clear),
        amount=None if money is None else MoneyAnswer.of(money),
        splits=[
            SplitAnswer(owner=owner_answer(each.owner, people, clear), percent=format(each.percent, "f"))
            for each in row.shared()
        ],
        stage=row.stage,
        account=row.account,
        product=row.product,
        opened_on=row.opened_on,
        booked_on=row.booked_on,
        cancelled_on=row.cancelled_on,
        lines=[line_answer(line) for line in parts],
        lines_add_up=not parts or total_of(parts) == row.amount,
        fields=fields_answered(row.custom()),
        updated_at=row.updated_at,
        version=row.version,
    )


def line_answer(line: Line) -> LineAnswer:
    """Return a line as it is answered."""
    members = msgspec.structs.asdict(line) | {"fields": fields_answered(line.fields)}
    return LineAnswer.model_validate(members)


def owner_in(row: DealRow) -> Owner:
    """Return a row's owner."""
    if row.person_id is not None:
        return KnownOwner(person_id=row.person_id)
    return UnmatchedOwner(owner_hash=row.owner_hash or "")


def owner_answer(owner: Owner, people: dict[str, str], clear: dict[str, str | None]) -> OwnerAnswer:
    """Return an owner as it is answered: the person, if by now somebody is."""
    known = owner.person_id if isinstance(owner, KnownOwner) else people.get(owner_ref(owner))
    unmatched = owner.owner_hash if isinstance(owner, UnmatchedOwner) and known is None else None
    return OwnerAnswer(person_id=known, name=None if known is None else clear.get(known), owner_hash=unmatched)
