"""Credits by hand: what somebody is credited with beside what deals bring."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from compensation.domain.engine.exact import plain_money
from compensation.domain.engine.trace import plain_number
from compensation.domain.hand_credit import HAND_CREDIT, GiveCredit, GivenTerms, HandCredit, WithdrawCredit
from compensation.projections import people
from compensation.projections.hand_credits import listed
from compensation.routers.numbers import Number, PartId
from compensation.routers.readers import EVERYONES, audit
from compensation.routers.splits import DEAL_ID_PATTERN, Reason, WithdrawalBody
from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, MoneyAnswer, MoneyBody, PageBody
from edge.keyset import read_page
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute

router = APIRouter(prefix="/v1/credits", tags=["credits"])

NUMBERS = ("margin", "units", "deals", "value_per_year")
EXAMPLE: JsonDict = {
    "credit_id": "c-17",
    "person_id": "p-17",
    "rule": "own",
    "booked_on": "2017-02-03",
    "amount": {"amount": "500.00", "currency": "USD"},
    "deal_id": "crm.1",
    "reason": "Closed it while the owner was on leave",
}


class CreditBody(Body):
    """Who is credited with what, on which day, and why. Measures count of it what it says, other than zero amounts."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    credit_id: Id
    person_id: Id
    rule: Annotated[PartId, Field(description="A credit rule of the person's plan: measures that have it count it.")]
    booked_on: Annotated[Day, Field(description="The day on which it counts.")]
    amount: MoneyBody
    margin: Annotated[Number | None, Field(description="In the currency of the amount.")] = None
    units: Number | None = None
    deals: Number | None = None
    value_per_year: Annotated[Number | None, Field(description="In the currency of the amount.")] = None
    deal_id: Annotated[
        str | None,
        Field(pattern=DEAL_ID_PATTERN, strict=True, description="The deal that it is for: conditions ask of that."),
    ] = None
    reason: Reason

    def terms(self) -> GivenTerms:
        """Return what is credited."""
        said = {name: getattr(self, name) for name in NUMBERS}
        return GivenTerms(
            person_id=self.person_id,
            rule=self.rule,
            booked_on=self.booked_on,
            amount=self.amount.money(),
            deal_id=self.deal_id,
            **{name: None if number is None else Decimal(number) for name, number in said.items()},
        )


class HandCreditAnswer(Answer):
    """A credit by hand, by whom and why."""

    credit_id: str
    person_id: str
    rule: str
    booked_on: Day
    amount: MoneyAnswer
    margin: str | None
    units: Annotated[str | None, Field(examples=["3"])]
    deals: str | None
    value_per_year: str | None
    deal_id: str | None
    reason: str
    given_by: str
    version: int


@router.post("", status_code=201, summary="Give a credit by hand")
async def give_credit(body: CreditBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Credit somebody beside what deals bring. Only the person is credited, and nobody above; pay follows at once."""
    asker.needs("comp_admin")
    is_known = await store.read(lambda reading: people.is_known(reading, body.person_id))
    command = GiveCredit(terms=body.terms(), reason=body.reason, given_by=asker.actor, person_is_known=is_known)
    return done(response, await execute(store, HAND_CREDIT, body.credit_id, command, asker))


@router.post("/{credit_id}/withdraw", summary="Withdraw a credit by hand")
async def withdraw(credit_id: Id, body: WithdrawalBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let a credit by hand count no more, as if it had never been given."""
    asker.needs("comp_admin")
    command = WithdrawCredit(reason=body.reason, withdrawn_by=asker.actor)
    return done(response, await execute(store, HAND_CREDIT, credit_id, command, asker))


@router.get("", summary="List credits by hand")
async def list_credits(
    store: Store,
    asker: Asker,
    page: Paging,
    person_id: Annotated[Id | None, Query(description="Only those of this person.")] = None,
    deal_id: Annotated[str | None, Query(max_length=200, description="Only those of this deal.")] = None,
) -> PageBody[HandCreditAnswer]:
    """List who is credited with what by hand, and why."""
    asker.needs(*EVERYONES)
    found = await store.read(
        lambda reading: read_page(reading, listed(person_id, deal_id), HandCredit, page, by=("credit_id",))
    )
    audit(asker, sorted({row.person_id for row in found.items}), "credits by hand")
    return page_body(found, credit_answer)


def credit_answer(row: HandCredit) -> HandCreditAnswer:
    """Return a credit by hand as it is answered."""
    numbers: dict[str, Decimal | None] = {name: getattr(row, name) for name in NUMBERS}
    said = {name: None if number is None else plain_number(number) for name, number in numbers.items()}
    return HandCreditAnswer(
        credit_id=row.credit_id,
        person_id=row.person_id,
        rule=row.rule,
        booked_on=row.booked_on,
        amount=MoneyAnswer.of(plain_money(row.amount, row.currency)),
        deal_id=row.deal_id,
        reason=row.reason,
        given_by=row.given_by,
        version=row.event_version,
        **said,
    )
