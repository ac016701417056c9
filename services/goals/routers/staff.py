"""What happens to people: they join, get another name, move, leave, are found in a CRM, and are forgotten."""

from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Request, Response
from msgspec import UNSET
from pydantic import ConfigDict, Field, model_validator

from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Body, Day, DoneBody, Id, Name
from edge.versions import done
from events.execute import execute
from events.store.session import Reading
from goals.domain.owner import CrmOwner
from goals.domain.person import (
    PERSON,
    ClaimOwners,
    ErasePerson,
    HirePerson,
    LetPersonGo,
    MovePerson,
    RenamePerson,
)
from goals.domain.placement import Company
from goals.gathering import check_known, claimed, company_of
from goals.routers.names import Keys, Opens

OWNERS_MAX = 50

router = APIRouter(prefix="/v1/people", tags=["people"])


class CrmOwnerBody(Body):
    """What a CRM calls the person, as owner of deals. It is kept as a keyed hash only."""

    source: Id
    owner: Name

    def value(self) -> CrmOwner:
        """Return it as the domain knows it."""
        return CrmOwner(source=self.source, owner=self.owner)


CrmOwners = Annotated[list[CrmOwnerBody], Field(max_length=OWNERS_MAX)]


class HireBody(Body):
    """Somebody who joins. Without an id they get one."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"person_id": "p-02", "name": "Dustin Brinkmann", "hired_on": "2024-06-03"},
                {
                    "person_id": "p-17",
                    "name": "Anna Snelling",
                    "user_name": "anna.snelling",
                    "crm_owners": [{"source": "crm", "owner": "anna.snelling@tidewater.example"}],
                    "hired_on": "2025-02-03",
                    "team_id": "central",
                    "manager_id": "p-02",
                },
            ]
        },
    )

    person_id: Id | None = None
    name: Name
    user_name: Name | None = None
    crm_owners: CrmOwners = Field(default_factory=list[CrmOwnerBody])
    hired_on: Day
    team_id: Id | None = None
    manager_id: Id | None = None


class RenameBody(Body):
    """Another name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Anna Snelling-Reed"}]})

    name: Name


class MoveBody(Body):
    """Another team, another manager, or both; what is left out stays as it is, and null means none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"effective_on": "2025-07-01", "team_id": "central"}]})

    effective_on: Day
    team_id: Id | None = None
    manager_id: Id | None = None

    @model_validator(mode="after")
    def says_where(self) -> "MoveBody":
        """Insist on a team or a manager."""
        if not self.model_fields_set & {"team_id", "manager_id"}:
            message = "a move names team_id, manager_id or both"
            raise ValueError(message)
        return self


class LeaveBody(Body):
    """A last day; sent again with another day, it is corrected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"left_on": "2025-12-31"}]})

    left_on: Day


class OwnersBody(Body):
    """What CRMs call the person besides."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"crm_owners": [{"source": "crm", "owner": "a.snelling@tidewater.example"}]}]}
    )

    crm_owners: Annotated[list[CrmOwnerBody], Field(min_length=1, max_length=OWNERS_MAX)]


@router.post("", status_code=201, summary="Hire a person")
async def hire_person(
    body: HireBody, request: Request, response: Response, store: Store, keys: Keys, asker: Asker
) -> DoneBody:
    """Take somebody on. Sent again with the same words, it is done already."""
    asker.needs("hr")
    person_id = body.person_id or new_person_id(request, asker)
    owners = [each.value() for each in body.crm_owners]
    name = await keys.seal(person_id, body.name)

    def question(reading: Reading) -> Company:
        return company_of(reading, body.team_id, body.manager_id, body.hired_on)

    async with claimed(keys, person_id, owners, body.user_name) as names:
        command = HirePerson(
            person_id=person_id,
            name=name,
            hired_on=body.hired_on,
            team_id=body.team_id,
            manager_id=body.manager_id,
            user_name_hash=names.user_name_hash,
            owner_hashes=names.owner_hashes,
            company=await store.read(question),
        )
        return done(response, await execute(store, PERSON, person_id, command, asker))


@router.post("/{person_id}/rename", summary="Rename a person")
async def rename_person(
    person_id: Id, body: RenameBody, response: Response, store: Store, keys: Keys, asker: Asker
) -> DoneBody:
    """Call somebody by another name."""
    asker.needs("hr")
    await store.read(lambda reading: check_known(reading, person_id))
    command = RenamePerson(name=await keys.seal(person_id, body.name))
    return done(response, await execute(store, PERSON, person_id, command, asker))


@router.post("/{person_id}/move", summary="Move a person")
async def move_person(person_id: Id, body: MoveBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Put somebody into another team, under another manager, or both, from a day on, which may lie in the past."""
    asker.needs("hr")
    team_id = body.team_id if "team_id" in body.model_fields_set else UNSET
    manager_id = body.manager_id if "manager_id" in body.model_fields_set else UNSET
    command = MovePerson(
        person_id=person_id,
        effective_on=body.effective_on,
        team_id=team_id,
        manager_id=manager_id,
        company=await store.read(lambda reading: company_of(reading, team_id, manager_id, body.effective_on)),
    )
    return done(response, await execute(store, PERSON, person_id, command, asker))


@router.post("/{person_id}/leave", summary="Let a person go")
async def let_person_go(person_id: Id, body: LeaveBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say which day is somebody's last."""
    asker.needs("hr")
    return done(response, await execute(store, PERSON, person_id, LetPersonGo(left_on=body.left_on), asker))


@router.post("/{person_id}/owners", summary="Claim CRM owners for a person")
async def claim_owners(
    person_id: Id, body: OwnersBody, response: Response, store: Store, keys: Keys, asker: Asker
) -> DoneBody:
    """Say what CRMs call somebody besides; deals of these owners are theirs, those of the past too."""
    asker.needs("hr")
    await store.read(lambda reading: check_known(reading, person_id))
    async with claimed(keys, person_id, [each.value() for each in body.crm_owners]) as names:
        command = ClaimOwners(owner_hashes=names.owner_hashes)
        return done(response, await execute(store, PERSON, person_id, command, asker))


@router.post("/{person_id}/erase", summary="Erase a person")
async def erase_person(person_id: Id, response: Response, store: Store, opens: Opens, asker: Asker) -> DoneBody:
    """Forget who somebody was: name, user name, CRM owners and all text about them, everywhere. The sums stay."""
    asker.needs("privacy_officer")
    answer = await execute(store, PERSON, person_id, ErasePerson(), asker)
    await opens.erase(person_id)
    return done(response, answer)


def new_person_id(request: Request, asker: RoleAsking) -> str:
    """Return an id for somebody who comes without one: the same one when the same request comes again."""
    if asker.request is None:
        return str(request.app.state.surroundings.ids())
    return str(uuid5(NAMESPACE_URL, f"{asker.actor}/{asker.request.route}/{asker.request.key}"))
