"""A company that is told to a goals service over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.goals.office import Office

CALENDAR = {"time_zone": "America/Los_Angeles", "first_month": 1, "year_named_by": "end"}


@dataclass(frozen=True)
class Firm:
    """A company's people and teams, by what is sent of them."""

    office: Office

    async def hires(self, person_id: str | None, name: str, key: str | None = None, **fields: Any) -> httpx.Response:
        """Send a hiring, as human resources do."""
        body: dict[str, Any] = {"name": name, "hired_on": "2025-01-01"} | fields
        if person_id is not None:
            body["person_id"] = person_id
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.office.post("/v1/people", body, "hr", headers=headers)

    async def has(self, *people: tuple[str, str, str | None, str | None]) -> None:
        """Have teams east and west, and these people: id, name, team, manager."""
        for team_id in ("east", "west"):
            await self.forms(team_id, team_id.title())
        for person_id, name, team_id, manager_id in people:
            answer = await self.hires(person_id, name, team_id=team_id, manager_id=manager_id)
            assert answer.status_code == 201, answer.text

    async def forms(self, team_id: str, name: str, **fields: Any) -> httpx.Response:
        return await self.office.post("/v1/teams", {"team_id": team_id, "name": name} | fields, "planner")

    async def does(self, path: str, body: object, *, person: str = "ada", **headers: str) -> httpx.Response:
        """Send what human resources say of somebody."""
        return await self.office.post(f"/v1/people/{path}", body, "hr", person=person, headers=headers)

    async def counts(self) -> None:
        """Set the calendar."""
        answer = await self.office.post("/v1/calendar", CALENDAR, "planner")
        assert answer.status_code == 200, answer.text

    async def expects(self, person_id: str, amount: str = "100.00", period: str = "2025-Q1") -> httpx.Response:
        """Set a quota."""
        body = {
            "person_id": person_id,
            "measure": "bookings",
            "period": period,
            "amount": {"amount": amount, "currency": "USD"},
        }
        return await self.office.post("/v1/quotas", body, "planner")

    async def people(self, **params: Any) -> list[str | None]:
        """Return the names in the list."""
        answer = await self.office.get("/v1/people", "rep", **params)
        assert answer.status_code == 200, answer.text
        return [each["name"] for each in answer.json()["items"]]


LINE = (
    ("cleo", "Cleo Head", None, None),
    ("bob", "Bob Boss", "east", "cleo"),
    ("anna", "Anna Snelling", "east", "bob"),
    ("dora", "dora Early", "west", "cleo"),
)
