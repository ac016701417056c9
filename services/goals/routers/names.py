"""The names of people: opened here and nowhere before, and held for a minute at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from edge.keyset import Page, Paged, decode, encode
from edge.refusals import CursorIsInvalid
from events.domain import Value
from events.personal import KeyStore
from goals.projections.people import PersonOnDay

HELD_FOR = timedelta(seconds=60)
HELD_MAX = 50_000

_ORDER = "name"


class Place(Value, tag=False):
    """Where a page by name ended: after whom. Names themselves never stand in a cursor."""

    nameless: bool
    person_id: str


class Names:
    """Opens names, and holds them for a minute."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[datetime, str, str | None]] = {}

    async def of(self, keys: KeyStore, people: Iterable[PersonOnDay], now: datetime) -> dict[str, str | None]:
        """Return the names of people by id, nothing for those who were erased."""
        rows = list(people)
        absent = [row for row in rows if not self._holds(row, now)]
        opened = await keys.open_many([row.sealed_name() for row in absent])
        if len(self._held) + len(absent) > HELD_MAX:
            self._held.clear()
        found = {row.person_id: held[2] for row in rows if (held := self._held.get(row.person_id)) is not None}
        for row, name in zip(absent, opened, strict=True):
            found[row.person_id] = name
            self._held[row.person_id] = (now + HELD_FOR, row.name, name)
        return found

    def forget(self, person_id: str) -> None:
        """Hold somebody's name no longer."""
        self._held.pop(person_id, None)

    def _holds(self, row: PersonOnDay, now: datetime) -> bool:
        held = self._held.get(row.person_id)
        return held is not None and now < held[0] and held[1] == row.name


@dataclass(frozen=True)
class Opener:
    """Opens names with the keys of the key store, for one request."""

    keys: KeyStore
    names: Names

    async def of(self, people: Iterable[PersonOnDay], now: datetime) -> dict[str, str | None]:
        """Return the names of people by id, nothing for those who were erased."""
        return await self.names.of(self.keys, people, now)

    async def erase(self, person_id: str) -> None:
        """Erase a person's key, so that nobody opens their name again."""
        await self.keys.erase(person_id)
        self.names.forget(person_id)


async def opener_of(request: Request) -> Opener:
    """Return what opens names."""
    return Opener(request.app.state.keys, request.app.state.names)


async def keys_of(request: Request) -> KeyStore:
    """Return the key store."""
    return request.app.state.keys


Opens: TypeAlias = Annotated[Opener, Depends(opener_of)]
Keys: TypeAlias = Annotated[KeyStore, Depends(keys_of)]


def page_by_name(rows: Iterable[PersonOnDay], names: dict[str, str | None], page: Page) -> Paged[PersonOnDay]:
    """Return a page of people by name, those who have none any more at the end. Raises `CursorIsInvalid`."""
    ordered = sorted(rows, key=lambda row: key_of(row.person_id, names))
    if page.cursor is not None:
        nameless, person_id = decode(page.cursor, _ORDER, Place, ("nameless", "person_id"))
        if person_id not in names or (names[person_id] is None) is not nameless:
            raise CursorIsInvalid
        after = key_of(person_id, names)
        ordered = [row for row in ordered if key_of(row.person_id, names) > after]
    shown = ordered[: page.limit]
    if len(ordered) <= page.limit:
        return Paged(shown, None)
    last = shown[-1].person_id
    return Paged(shown, encode(_ORDER, [names[last] is None, last]))


def key_of(person_id: str, names: dict[str, str | None]) -> tuple[bool, str, str, str]:
    """Return what a person is sorted by: the name in any case, then as it is written, then the id."""
    name = names[person_id]
    return (name is None, (name or "").casefold(), name or "", person_id)
