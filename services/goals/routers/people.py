"""People: the list by name, one of them, and their reporting line, each on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Day, Id, PageBody
from edge.paging import Paging, page_body
from edge.versions import etag
from events.store.session import Reading
from goals.domain.person import PersonIsUnknown
from goals.domain.placement import FOR_EVER
from goals.gathering import today
from goals.projections.people import PersonOnDay, employed, everyone, person_on, those_on
from goals.projections.placements import LineRow, PlacementRow, above, below, placements_of
from goals.routers.names import Opens, page_by_name
from goals.routers.readers import check_colleague

router = APIRouter(prefix="/v1/people", tags=["people"])


class PersonAnswer(Answer):
    """A person, and where they belong on the day that was asked about. An erased person's name is null."""

    person_id: Annotated[str, Field(examples=["p-17"])]
    name: Annotated[str | None, Field(examples=["Anna Snelling"])]
    erased: bool
    hired_on: date
    left_on: date | None
    team_id: Annotated[str | None, Field(examples=["central"])]
    manager_id: Annotated[str | None, Field(examples=["p-02"])]
    version: int


class PlacementAnswer(Answer):
    """A team and a manager from one day to another; both days belong to it, and the last one has no end."""

    starts_on: date
    ends_on: date | None
    team_id: str | None
    manager_id: str | None


class WholePersonAnswer(PersonAnswer):
    """A person with all their placements. `owner_count` is by how many names CRMs know them."""

    owner_count: int
    placements: list[PlacementAnswer]


class LineAnswer(Answer):
    """Somebody in a reporting line, so many steps away, and whom they report to themselves."""

    person_id: str
    name: str | None
    manager_id: str | None
    left_on: date | None
    steps: int


class ReportingLineAnswer(Answer):
    """Who is above and who is below a person on a day, the nearest first."""

    person_id: str
    effective_on: date
    above: list[LineAnswer]
    below: list[LineAnswer]


@router.get("", summary="List people")
async def list_people(
    store: Store,
    opens: Opens,
    asker: Asker,
    page: Paging,
    team_id: Annotated[Id | None, Query(description="Only those who are in this team on the day.")] = None,
    effective_on: Annotated[Day | None, Query(description="Only those who work here on the day. Else today.")] = None,
) -> PageBody[PersonAnswer]:
    """List people by name: all there ever were, or those who work here on a day, or who are in a team then."""
    check_colleague(asker)

    def question(reading: Reading) -> list[PersonOnDay]:
        day = effective_on or today(reading, asker.at)
        narrowed = team_id is not None or effective_on is not None
        return employed(reading, day, team_id) if narrowed else everyone(reading, day)

    rows = await store.read(question)
    names = await opens.of(rows, asker.at)
    return page_body(page_by_name(rows, names, page), lambda row: person_answer(row, names))


@router.get("/{person_id}", summary="Show a person")
async def show_person(
    person_id: Id,
    response: Response,
    store: Store,
    opens: Opens,
    asker: Asker,
    effective_on: Annotated[Day | None, Query(description="Where they belong on this day. Else today.")] = None,
) -> WholePersonAnswer:
    """Show one person; the version is the ETag."""
    check_colleague(asker)

    def question(reading: Reading) -> tuple[PersonOnDay, list[PlacementRow]]:
        row = person_on(reading, person_id, effective_on or today(reading, asker.at))
        if row is None:
            raise PersonIsUnknown
        return row, placements_of(reading, person_id)

    row, placements = await store.read(question)
    names = await opens.of([row], asker.at)
    response.headers["ETag"] = etag(row.version)
    return WholePersonAnswer(
        **person_answer(row, names).model_dump(),
        owner_count=row.owner_count,
        placements=[placement_answer(each) for each in placements],
    )


@router.get("/{person_id}/reporting-line", summary="Show a reporting line")
async def show_reporting_line(
    person_id: Id,
    store: Store,
    opens: Opens,
    asker: Asker,
    effective_on: Annotated[Day | None, Query(description="The line on this day. Else today.")] = None,
) -> ReportingLineAnswer:
    """Show who is above and who is below a person on a day, directly or through others."""
    check_colleague(asker)

    def question(reading: Reading) -> tuple[date, list[LineRow], list[LineRow], dict[str, PersonOnDay]]:
        day = effective_on or today(reading, asker.at)
        up, down = above(reading, person_id, day), below(reading, person_id, day)
        people = those_on(reading, [person_id, *(each.person_id for each in (*up, *down))], day)
        if person_id not in people:
            raise PersonIsUnknown
        return day, up, down, people

    day, up, down, people = await store.read(question)
    names = await opens.of(people.values(), asker.at)
    return ReportingLineAnswer(
        person_id=person_id,
        effective_on=day,
        above=[line_answer(each, people, names) for each in up],
        below=[line_answer(each, people, names) for each in down],
    )


def person_answer(row: PersonOnDay, names: dict[str, str | None]) -> PersonAnswer:
    """Return a person as they are answered."""
    name = names[row.person_id]
    return PersonAnswer(
        person_id=row.person_id,
        name=name,
        erased=name is None,
        hired_on=row.hired_on,
        left_on=row.left_on,
        team_id=row.team_id,
        manager_id=row.manager_id,
        version=row.version,
    )


def placement_answer(row: PlacementRow) -> PlacementAnswer:
    """Return a placement as it is answered."""
    return PlacementAnswer(
        starts_on=row.starts_on,
        ends_on=None if row.ends_on == FOR_EVER else row.ends_on,
        team_id=row.team_id,
        manager_id=row.manager_id,
    )


def line_answer(row: LineRow, people: dict[str, PersonOnDay], names: dict[str, str | None]) -> LineAnswer:
    """Return somebody in a line as they are answered."""
    return LineAnswer(
        person_id=row.person_id,
        name=names.get(row.person_id),
        manager_id=row.manager_id,
        left_on=people[row.person_id].left_on if row.person_id in people else None,
        steps=row.steps,
    )
