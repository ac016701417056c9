"""A tiny service made by `make_app`, and ways to ask it, for the tests of the edge."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionIsFree

from edge.app import Limits, make_app
from edge.asking import Asker, GuardedAsker
from edge.auth import Role
from edge.bodies import Body, Day, DoneBody, Id, MoneyBody, Name
from edge.issuer import DevelopmentIssuer
from edge.versions import done, shown
from events.asking import Done, StreamIsAtAnotherVersion, TooManyWriters
from events.domain import Refused
from events.store.database import CommitIsUnanswered

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def fault_of(sqlstate: str) -> DBAPIError:
    """Return what the database raises with a code."""
    cause = OSError("secret: the password is hunter2")
    vars(cause)["sqlstate"] = sqlstate
    return DBAPIError("INSERT", None, cause)


FAULTS: Mapping[str, Exception] = {
    "full": fault_of("53100"),
    "starting": fault_of("57P03"),
    "cut-off": DBAPIError("INSERT", None, OSError(), connection_invalidated=True),
    "away": ConnectionRefusedError(),
    "unanswered": CommitIsUnanswered(),
    "without-a-connection": NoConnectionIsFree(),
}
"""What closing a thing may run into."""


class ThingIsUnknown(Refused):
    """There is no such thing."""


class FriendsAreUnknown(Refused):
    """There are no such friends."""


class ThingIsClosed(Refused):
    """A closed thing is never changed. Open a new one
    instead.

    This paragraph is for developers.
    """


class Flat(Body):
    kind: Literal["flat"]
    percent: Annotated[int, Field(strict=True, ge=0, le=100)]


class Stepped(Body):
    kind: Literal["stepped"]
    steps: list[int]


class ThingBody(Body):
    id: Id
    name: Name
    amount: MoneyBody
    on: Day = Field(default=NOON.date())
    rates: list[Annotated[Flat | Stepped, Field(discriminator="kind")]] = Field(default_factory=list[Any])


router = APIRouter(prefix="/v1/things", tags=["things"])
webhooks = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


@router.post("", status_code=201)
async def add_thing(body: ThingBody, response: Response, asker: Asker) -> DoneBody:
    """Add a thing."""
    asker.needs("planner", "comp_admin")
    return done(response, Done(id=body.id, version=1, position=1, events=1))


class FriendsBody(Body):
    friends: list[Id]
    best: Id
    since: Day | None = None


@router.post("/friends")
async def befriend(body: FriendsBody, asker: Asker, year: str = "", asked_by: str = "") -> DoneBody:
    """Know things that know each other."""
    raise FriendsAreUnknown(friends=["t-8", "t-9"], best=body.best, year=year, asked_by=asked_by)


@router.get("/{thing_id}")
async def get_thing(thing_id: Id, request: Request, response: Response, asker: Asker) -> dict[str, Any]:
    """Show a thing."""
    if thing_id == "broken":
        message = "secret: the password is hunter2"
        raise RuntimeError(message)
    if thing_id == "nothing":
        raise ThingIsUnknown(thing_id=thing_id)
    shown(request, response, 7)
    return {"id": thing_id, "seen_by": asker.actor, "at": asker.at, "trace": asker.traceparent}


@router.put("/{thing_id}")
async def change_thing(thing_id: Id, asker: GuardedAsker) -> DoneBody:
    """Change a thing, of which the caller has to know the version."""
    if asker.expected_version != 7:
        raise StreamIsAtAnotherVersion(version=7)
    return DoneBody(id=thing_id, version=8)


@router.post("/{thing_id}/close")
async def close_thing(thing_id: Id, asker: Asker) -> DoneBody:
    """Close a thing."""
    if thing_id == "busy":
        raise TooManyWriters
    if thing_id in FAULTS:
        raise FAULTS[thing_id]
    raise ThingIsClosed(thing_id=thing_id, closed_on=asker.at.date())


@router.post("/{thing_id}/echo")
async def echo(asker: Asker, thing_id: Id) -> dict[str, Any]:
    """Show how the command was asked."""
    request = asker.request
    return {
        "thing_id": thing_id,
        "expected_version": asker.expected_version,
        "correlation_id": asker.correlation_id,
        "route": request.route if request else None,
        "key": request.key if request else None,
        "body_hash": request.body_hash if request else None,
    }


@webhooks.post("/{source}", status_code=202)
async def take_delivery(source: Id, request: Request) -> dict[str, Any]:
    """Take a delivery, of which only the size matters here."""
    return {"source": source, "length": len(await request.body())}


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncGenerator[None, None]:
    """Open nothing."""
    yield


def tiny_app(issuer: DevelopmentIssuer, limits: Limits | None = None) -> FastAPI:
    """Return the tiny service."""
    return make_app(
        name="tiny",
        title="Tiny",
        description="A tiny service.",
        version="1.0.0",
        routers=[router, webhooks],
        lifespan=lifespan,
        auth=issuer.verifier(),
        problem_statuses={ThingIsUnknown: 404, FriendsAreUnknown: 422},
        clock=lambda: NOON,
        limits=limits,
    )


def client_of(app: Any, token: str | None = None) -> httpx.AsyncClient:
    """Return a client of an app, with a token or without."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tiny", headers=headers)


def as_planner(app: FastAPI, issuer: DevelopmentIssuer, *roles: Role) -> httpx.AsyncClient:
    """Return a client that speaks for ada, a planner unless other roles are said."""
    return client_of(app, issuer.token("ada", roles or ("planner",)))
