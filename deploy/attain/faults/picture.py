"""What people see at the end, and what the logs say that are the services' own: the same after every run of the load.

Ids, positions and instants of recording differ from run to run and are left out; so is what is told of derived numbers,
which depends on what was derived together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from attain.client import Client, RequestWasRefused
from attain.company import CURRENCY
from attain.faults import firm
from attain.faults.history import History

VOLATILE = {"position", "computed_up_to", "event_id", "occurred_at"}
DERIVED = "attainment-"
SEALED = {"name", "owner_hashes"}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Answers by question, and events by service and stream."""

    answers: Mapping[str, Any]
    streams: Mapping[str, tuple[str, ...]]

    def differences(self, other: "Picture") -> Iterator[str]:
        """Say where this picture is not the other, the undisturbed one."""
        for kind, ours, theirs in (("stream", self.streams, other.streams), ("answer", self.answers, other.answers)):
            for name in sorted(ours.keys() | theirs.keys()):
                if ours.get(name) != theirs.get(name):
                    yield f"{kind} {name} is {ours.get(name)}, undisturbed it is {theirs.get(name)}"


async def picture(client: Client, history: History) -> Picture:
    """Ask what people ask, and read what happened."""
    return Picture(answers=await answers(client), streams=dict(streams(history)))


async def answers(client: Client) -> dict[str, Any]:
    """Ask for leaderboards, attainment, and everybody's statements with all lines."""
    found: dict[str, Any] = {}
    people = [each["person_id"] for each in await client.ask_all("/goals/v1/people")]
    found["people"] = sorted(people)
    for period in firm.PERIODS:
        for by in ("person", "team"):
            board = await client.ask("/performance/v1/leaderboard", period=period, currency=CURRENCY, by=by)
            found[f"leaderboard {period} {by}"] = steady(board)
        found[f"attainment {period}"] = steady(await client.ask_all("/compensation/v1/attainment", period=period))
        for person_id in people:
            found[f"statement {period} {person_id}"] = await statement(client, person_id, period)
    found["unpaid"] = steady(await client.ask_all("/compensation/v1/exceptions"))
    return found


async def statement(client: Client, person_id: str, period: str) -> Any:
    """Ask for somebody's statement; who is not known has a problem instead."""
    try:
        return steady(await client.ask(f"/compensation/v1/statements/{person_id}", period=period))
    except RequestWasRefused as refused:
        return refused.kind


def steady(answer: Any) -> Any:
    """Return an answer without what differs from run to run."""
    match answer:
        case dict():
            members = cast("dict[str, Any]", answer)
            return {name: steady(value) for name, value in members.items() if name not in VOLATILE}
        case list():
            return [steady(each) for each in cast("list[Any]", answer)]
        case _:
            return answer


def streams(history: History) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each own stream with its events as text."""
    for ledger in history.ledgers.values():
        found: dict[str, list[str]] = {}
        for row in ledger.own:
            if not row.stream.startswith(DERIVED):
                found.setdefault(f"{ledger.name} {row.stream}", []).append(f"{row.type} {lasting(row.data)}")
        yield from ((name, tuple(events)) for name, events in found.items())


def lasting(text: str) -> str:
    """Return an event's text without what is sealed anew each time."""
    members: dict[str, Any] = msgspec.json.decode(text)
    return msgspec.json.encode({name: value for name, value in members.items() if name not in SEALED}).decode()
