"""The leaderboard: who booked how much in a period, beside what compensation measured."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Currency, MoneyAnswer
from events.store.session import Reading
from money.money import Money
from performance.projections.attainments import AttainmentRow
from performance.projections.leaderboards import Leaderboard, Place, leaderboard
from performance.projections.people import sealed_names
from performance.projections.teams import team_names
from performance.routers import names
from performance.routers.readers import LEADERBOARD

router = APIRouter(prefix="/v1/leaderboard", tags=["leaderboard"])


class AttainmentAnswer(Answer):
    """Credited attainment as compensation measured it, at a position of its log. `percent` is credit ÷ quota."""

    credit: MoneyAnswer
    quota: MoneyAnswer | None
    percent: Annotated[str | None, Field(examples=["104.25"])]
    position: int


class PlaceAnswer(Answer):
    """A place: equal amounts share a rank. `name` is null for a person who was erased."""

    rank: int
    id: str
    name: str | None
    amount: MoneyAnswer
    count: int
    attainment: AttainmentAnswer | None


class UnmatchedAnswer(Answer):
    """What was booked by nobody of ours: an owner whom no one has claimed, by hash; null where a deal has none.

    By team, also people who were in no team on the booking day.
    """

    owner: Annotated[str | None, Field(examples=["owner:5f2c…"])]
    amount: MoneyAnswer
    count: int


class LeaderboardAnswer(Answer):
    """A period's leaderboard in one currency. `total` is the sum of all places and of all that is unmatched."""

    period: Annotated[str, Field(examples=["2017-Q1"])]
    starts_on: date
    ends_on: date
    by: Literal["person", "team"]
    total: MoneyAnswer
    places: list[PlaceAnswer]
    unmatched: list[UnmatchedAnswer]


@router.get("", summary="Show the leaderboard")
async def show_leaderboard(
    request: Request,
    store: Store,
    asker: Asker,
    period: Annotated[str, Query(max_length=20, examples=["2017-Q1"], description="A fiscal year, quarter or month.")],
    currency: Annotated[Currency, Query(description="Bookings of this currency; amounts are never converted here.")],
    by: Literal["person", "team"] = "person",
) -> LeaderboardAnswer:
    """Rank people, or teams as they were on the booking day, by what they booked."""
    asker.needs(*LEADERBOARD)

    def question(reading: Reading) -> tuple[Leaderboard, Mapping[str, Any]]:
        board = leaderboard(reading, period, by, currency)
        people = [place.subject_id for place in board.places]
        return board, sealed_names(reading, people) if by == "person" else team_names(reading)

    board, found = await store.read(question)
    clear = await names.opened(request.app.state.keys, found) if by == "person" else found
    return LeaderboardAnswer(
        period=board.period.name,
        starts_on=board.period.starts_on,
        ends_on=board.period.ends_on,
        by=by,
        total=MoneyAnswer.of(Money(amount=board.total, currency=currency)),
        places=[place_answer(place, clear.get(place.subject_id), currency) for place in board.places],
        unmatched=[
            UnmatchedAnswer(
                owner=each.owner_ref or None,
                amount=MoneyAnswer.of(Money(amount=each.amount, currency=currency)),
                count=each.count,
            )
            for each in board.unmatched
        ],
    )


def place_answer(place: Place, name: str | None, currency: str) -> PlaceAnswer:
    """Return a place as it is answered."""
    return PlaceAnswer(
        rank=place.rank,
        id=place.subject_id,
        name=name,
        amount=MoneyAnswer.of(Money(amount=place.amount, currency=currency)),
        count=place.count,
        attainment=None if place.attainment is None else attainment_answer(place.attainment),
    )


def attainment_answer(row: AttainmentRow) -> AttainmentAnswer:
    """Return what compensation measured as it is answered."""
    quota = None if row.quota is None else Money(amount=row.quota, currency=row.currency)
    return AttainmentAnswer(
        credit=MoneyAnswer.of(Money(amount=row.credit, currency=row.currency)),
        quota=None if quota is None else MoneyAnswer.of(quota),
        percent=None if row.percent is None else format(row.percent, "f"),
        position=row.position,
    )
