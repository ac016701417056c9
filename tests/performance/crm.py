"""A CRM that signs what it delivers (with the `svix` package, a signer of another hand), and what others tell."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from svix.webhooks import Webhook

from edge.auth import Role
from edge.issuer import DevelopmentIssuer
from events.contracts.goals import CalendarSetV1, PersonHiredV1
from events.domain import Value
from events.hearing import hear
from events.opening import Store
from events.personal import KeyStore
from events.running import API, Surroundings
from events.store.ids import new_id
from events.wire.cloudevents import Letter, source_of, type_of
from performance.main import make
from performance.settings import Settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2017, 4, 3, 9, tzinfo=UTC)


@dataclass
class Hands:
    """The service's clock, which tests set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Office:
    """A performance service that runs, a CRM that delivers to it, and people who ask it."""

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

    async def deliver(
        self, body: object, delivery_id: str = "msg_1", path: str = "crm", secret: str = SECRET
    ) -> httpx.Response:
        """Deliver a body as a CRM does: signed, now. Bytes go as they are."""
        text = body.decode() if isinstance(body, bytes) else json.dumps(body)
        headers = signed(text, delivery_id, self.clock.now, secret)
        return await self.http.post(f"/v1/webhooks/{path}", content=text.encode(), headers=headers)

    async def batch(self, deliveries: Sequence[object], delivery_id: str = "msg_1") -> httpx.Response:
        return await self.deliver({"deliveries": list(deliveries)}, delivery_id, "crm/batch")

    async def get(self, path: str, *roles: Role, person: str = "ada", **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params, headers=self.speaks(person, *roles))

    async def post(self, path: str, body: object, *roles: Role, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers=self.speaks("ada", *roles) | headers)

    def speaks(self, person: str, *roles: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(person, roles or ('comp_admin',))}"}

    async def deal(self, deal_id: str) -> dict[str, Any]:
        return (await self.get(f"/v1/deals/crm.{deal_id}")).json()

    async def parked(self) -> list[dict[str, Any]]:
        return (await self.get("/v1/parked", "integration")).json()["items"]

    async def tell(self, service: str, subject: str, contract: Value) -> None:
        """Let the service hear a contract."""
        self.told[subject] = self.told.get(subject, 0) + 1
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

    async def hire(self, person_id: str, name: str, owner: str | None = None, **fields: Any) -> None:
        """Let goals hire a person whom the CRM calls `owner`."""
        hashes = () if owner is None else (await self.keys.claim("crm-owner:crm", owner, person_id),)
        sealed = await self.keys.seal(person_id, name)
        said: dict[str, Any] = {"hired_on": date(2016, 1, 1), "owner_hashes": hashes} | fields
        await self.tell("goals", f"person-{person_id}", PersonHiredV1(person_id=person_id, name=sealed, **said))

    async def set_calendar(self, time_zone: str = "America/Los_Angeles") -> None:
        contract = CalendarSetV1(time_zone=time_zone, first_month=1, year_named_by="end")
        await self.tell("goals", "calendar-main", contract)


def signed(text: str, delivery_id: str, at: datetime, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a signed delivery."""
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery_id, at, text),
        "content-type": "application/json",
    }


def says(kind: str, at: str = "2017-03-31T16:20:00Z", **fields: Any) -> dict[str, Any]:
    """Return what a CRM says of a deal."""
    return {"type": f"deal.{kind}", "timestamp": at, "data": {"deal_id": "D-1"} | fields}


def won(amount: object = "1234.50", **fields: Any) -> dict[str, Any]:
    """Return a won deal."""
    said: dict[str, Any] = {"amount": amount, "currency": "USD", "closed_on": "2017-03-31"} | fields
    return says("won", **said)


@asynccontextmanager
async def office(database_url: str, folder: Path, roles: frozenset[str] = frozenset({API})) -> AsyncGenerator[Office]:
    """Run the service."""
    clock = Hands()
    surroundings = Surroundings(
        database_url=database_url,
        keys_url=f"sqlite:///{folder / 'keys.db'}",
        wire_url=f"sqlite:///{folder / 'wire.db'}",
        folder=folder,
        clock=clock,
        master_key=b"k" * 32,
        roles=roles,
    )
    secrets: Mapping[str, tuple[str, ...]] = {"crm": (SECRET,)}
    app = make(surroundings, Settings(webhook_secrets=secrets))
    issuer = DevelopmentIssuer(folder)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://performance") as http:
            yield Office(app, http, issuer, clock)
