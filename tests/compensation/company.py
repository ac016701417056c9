"""A company whose compensation service runs on a real store: what it hears, who asks it, and when it has derived."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from compensation.main import make
from compensation.publishing import publish
from edge.auth import Role
from edge.issuer import DevelopmentIssuer
from events import deriver
from events.contracts.goals import (
    CalendarSetV1,
    OwnersClaimedV1,
    PersonHiredV1,
    PersonMovedV1,
    QuotaAdjustedV1,
    QuotaSetV1,
)
from events.contracts.performance import DealEventV1, DealTermsV1, DealWonV1, KnownOwner, Owner, SplitV1
from events.domain import Value
from events.hearing import hear
from events.opening import Store
from events.personal import KeyStore
from events.running import API, Surroundings
from events.store import log
from events.store.ids import new_id
from events.wire.cloudevents import Letter, source_of, type_of
from fiscal.calendar import FiscalCalendar, parse_period
from money.money import Money
from tests.compensation.plan_schema import hold_to_schema

NOW = datetime(2017, 11, 1, 9, tzinfo=UTC)
DAWN = datetime(2017, 1, 1, tzinfo=UTC)
CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)


def commission(*tiers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the component of a plan that pays bookings by tiers of attainment."""
    table = {"kind": "step", "over": "attainment", "pays": "percent", "tiers": list(tiers)}
    return {"id": "commission", "measure": "bookings", "table": table | changes}


ACCELERATED: dict[str, Any] = {
    "name": "Accelerated 2017",
    "currency": "USD",
    "pays": "quarter",
    "credit_rules": [{"id": "own"}],
    "measures": [{"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": "bookings"}],
    "components": [commission({"up_to": "100", "rate": "5"}, {"up_to": None, "rate": "8"})],
    "rounding": {"rule": "half_up", "at": "end"},
}


def usd(amount: str | Decimal) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def person(person_id: str) -> Owner:
    return KnownOwner(person_id=person_id)


def split(*shares: tuple[Owner, str]) -> tuple[SplitV1, ...]:
    return tuple(SplitV1(owner=owner, percent=Decimal(percent)) for owner, percent in shares)


@dataclass(frozen=True)
class Company:
    """A compensation service that runs, what others tell it, and people who ask it."""

    app: FastAPI
    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    told: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def store(self) -> Store:
        return self.app.state.store

    @property
    def keys(self) -> KeyStore:
        return self.app.state.keys

    async def get(
        self, path: str, *roles: Role, by: str = "carol", accept: str = "*/*", **params: Any
    ) -> httpx.Response:
        headers = self.speaks(by, *roles) | {"Accept": accept}
        return await self.http.get(path, params=params, headers=headers)

    async def post(self, path: str, body: object, *roles: Role, **headers: str) -> httpx.Response:
        answer = await self.http.post(path, json=body, headers=self.speaks("carol", *roles) | headers)
        hold_to_schema(path, body, answer)
        return answer

    def speaks(self, by: str, *roles: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(by, roles or ('comp_admin',))}"}

    async def tell(self, service: str, subject: str, contract: Value, sequence: int | None = None) -> None:
        """Let the service hear a contract, next in its stream or at a sequence of its own."""
        self.told[subject] = sequence or self.told.get(subject, 0) + 1
        journal = self.store.journal
        letter = Letter(
            id=new_id(),
            source=source_of(service),
            type=type_of(service, type(contract).__name__),
            subject=subject,
            time=NOW,
            sequence=self.told[subject],
            position=1,
            correlation_id=new_id(),
            data=journal.codec.text(contract),
        )
        await self.store.database.write(lambda writing: hear(writing, journal, [letter]))

    async def derive(self) -> None:
        await deriver.derive_all(self.store.journal)

    async def published(self) -> list[Value]:
        """Return the contracts that the relay would send, in the order of the log."""
        codec = self.store.journal.codec
        rows = await self.store.read(lambda reading: log.page(reading, 0, 10_000))
        return [contract for row in rows if (contract := publish(log.recorded(codec, row))) is not None]

    async def set_calendar(self, first_month: int = 1) -> None:
        contract = CalendarSetV1(time_zone=CALENDAR.time_zone, first_month=first_month, year_named_by="end")
        await self.tell("goals", "calendar-main", contract)

    async def hire(self, person_id: str, manager_id: str | None = None, owners: Sequence[str] = ()) -> None:
        name = await self.keys.seal(person_id, f"{person_id.title()} Lovelace")
        contract = PersonHiredV1(
            person_id=person_id,
            name=name,
            hired_on=date(2016, 1, 1),
            manager_id=manager_id,
            owner_hashes=tuple(owners),
        )
        await self.tell("goals", f"person-{person_id}", contract)

    async def move(self, person_id: str, effective_on: date, manager_id: str | None) -> None:
        contract = PersonMovedV1(person_id=person_id, effective_on=effective_on, manager_id=manager_id)
        await self.tell("goals", f"person-{person_id}", contract)

    async def claim(self, person_id: str, *owner_hashes: str) -> None:
        contract = OwnersClaimedV1(person_id=person_id, owner_hashes=owner_hashes)
        await self.tell("goals", f"person-{person_id}", contract)

    async def quota(self, person_id: str, period: str, amount: str, currency: str = "USD") -> None:
        quota_id, named = f"{person_id}~bookings~{period}", parse_period(CALENDAR, period)
        said: dict[str, Any] = {
            "quota_id": quota_id,
            "person_id": person_id,
            "measure": "bookings",
            "period": period,
            "starts_on": named.starts_on,
            "ends_on": named.ends_on,
            "amount": Money(amount=Decimal(amount), currency=currency),
        }
        subject = f"quota-{quota_id}"
        contract = QuotaAdjustedV1(**said, reason="again") if subject in self.told else QuotaSetV1(**said)
        await self.tell("goals", subject, contract)

    async def deal(
        self,
        kind: type[DealEventV1],
        deal_id: str,
        sequence: int | None = None,
        changed: tuple[str, ...] = (),
        **terms: Any,
    ) -> None:
        """Let performance tell of a deal, with the terms as they then are."""
        hour = sequence or self.told.get(f"deal-{deal_id}", 0) + 1
        source_at = DAWN + timedelta(hours=hour)
        contract = kind(deal_id=deal_id, source_at=source_at, terms=DealTermsV1(**terms), changed=changed)
        await self.tell("performance", f"deal-{deal_id}", contract, sequence)

    async def win(self, deal_id: str, amount: str, owner: Owner | None = None, **terms: Any) -> None:
        said: dict[str, Any] = {
            "owner": owner or person("ada"),
            "amount": usd(amount),
            "booked_on": date(2017, 2, 3),
            "account": "Acme",
            "product": "GTX Pro",
        }
        all_said: dict[str, Any] = {"kind": DealWonV1, "deal_id": deal_id} | said | terms
        await self.deal(**all_said)

    async def publish_plan(
        self, plan_id: str = "accelerated", effective_on: str = "2017-01-01", **changes: Any
    ) -> None:
        assert (await self.post("/v1/plans", {"plan_id": plan_id} | ACCELERATED | changes)).status_code == 201
        assert (await self.post(f"/v1/plans/{plan_id}/publish", {"effective_on": effective_on})).status_code == 200

    async def assign(
        self, person_id: str, plan_id: str = "accelerated", starts_on: str = "2017-01-01", **said: object
    ) -> None:
        body = {"person_id": person_id, "plan_id": plan_id, "starts_on": starts_on} | said
        answer = await self.post("/v1/assignments", body)
        assert answer.status_code == 201, answer.text

    async def settle(self) -> None:
        """Make Ada one who can be paid: a calendar, a plan, an assignment, a quota of 1,000 in the first quarter."""
        await self.set_calendar()
        await self.hire("ada", manager_id="mia", owners=("h-ada",))
        await self.publish_plan()
        await self.assign("ada")
        await self.quota("ada", "2017-Q1", "1000")

    async def statement(self, person_id: str = "ada", period: str = "2017-Q1") -> dict[str, Any]:
        await self.derive()
        answer = await self.get(f"/v1/statements/{person_id}", period=period)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def exceptions(self) -> list[dict[str, Any]]:
        await self.derive()
        return (await self.get("/v1/exceptions")).json()["items"]


@asynccontextmanager
async def company(database_url: str, folder: Path) -> AsyncGenerator[Company]:
    """Open a company whose loops do not run: tests derive when they say so."""
    surroundings = Surroundings(
        database_url=database_url,
        keys_url=f"sqlite:///{folder / 'keys.db'}",
        wire_url=f"sqlite:///{folder / 'wire.db'}",
        folder=folder,
        clock=lambda: NOW,
        roles=frozenset({API}),
    )
    app = make(surroundings)
    issuer = DevelopmentIssuer(folder)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://compensation") as http:
            yield Company(app, http, issuer)
