"""A service that runs, and people who ask it over HTTP."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from edge.auth import Role
from edge.issuer import DevelopmentIssuer
from events.domain import Envelope, Recorded, Value
from events.hearing import hear
from events.opening import Store
from events.personal import KeyStore
from events.running import API, Surroundings
from events.store.ids import new_id
from events.wire.cloudevents import Letter, source_of, type_of

E = TypeVar("E")

NOW = datetime(2025, 7, 15, 12, tzinfo=UTC)


@dataclass
class Hands:
    """The service's clock, which tests set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Office:
    """A service that runs, and people who ask it."""

    app: FastAPI
    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    clock: Hands
    told: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def store(self) -> Store:
        return self.app.state.store

    @property
    def keys(self) -> KeyStore:
        return self.app.state.keys

    def speaks(self, person: str, *roles: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(person, roles)}"}

    async def get(self, path: str, *roles: Role, person: str = "ada", **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params, headers=self.speaks(person, *roles))

    async def post(
        self, path: str, body: object, *roles: Role, person: str = "ada", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.http.post(path, json=body, headers=self.speaks(person, *roles) | (headers or {}))

    async def tell(self, service: str, subject: str, contract: Value, sequence: int | None = None) -> None:
        """Let the service hear a contract: the next one of its stream, unless another sequence is said."""
        self.told[subject] = sequence or self.told.get(subject, 0) + 1
        journal = self.store.journal
        letter = Letter(
            id=new_id(),
            source=source_of(service),
            type=type_of(service, type(contract).__name__),
            subject=subject,
            time=self.clock.now,
            sequence=self.told[subject],
            position=1,
            correlation_id=new_id(),
            data=journal.codec.text(contract),
        )
        await self.store.database.write(lambda writing: hear(writing, journal, [letter]))


@asynccontextmanager
async def office(make: Callable[[Surroundings], FastAPI], database_url: str, folder: Path) -> AsyncGenerator[Office]:
    """Run a service without its loops."""
    clock = Hands()
    surroundings = Surroundings(
        database_url=database_url,
        keys_url=f"sqlite:///{folder / 'keys.db'}",
        wire_url=f"sqlite:///{folder / 'wire.db'}",
        folder=folder,
        clock=clock,
        master_key=b"k" * 32,
        roles=frozenset({API}),
    )
    app = make(surroundings)
    issuer = DevelopmentIssuer(folder)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
    async with app.router.lifespan_context(app), client as http:
        yield Office(app, http, issuer, clock)


def recorded(event: E, key: str = "k", version: int = 1) -> Recorded[E]:
    """Return an event as the log keeps it, for folds and contracts that ask for its key and version only."""
    envelope = Envelope(
        id=new_id(),
        stream=f"x-{key}",
        version=version,
        position=version,
        occurred_at=NOW,
        recorded_at=NOW,
        actor="ada",
        correlation_id=new_id(),
        causation_id=None,
        traceparent=None,
    )
    return Recorded(event=event, envelope=envelope, kind="x", key=key)


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the kind of a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def pointers(answer: httpx.Response) -> list[str]:
    """Return which fields of the body are wrong."""
    assert answer.status_code == 422
    return [each.get("pointer", each.get("parameter")) for each in answer.json()["errors"]]
