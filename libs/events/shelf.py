"""What people do with what is parked: look at it, retry it, drop it for a reason. A request that comes again is one.

Heard events and keys are retried here. What only one service parks, such as deliveries, it retries itself: a `Special`
for each such kind says how.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from events import deciding, hearing, parked
from events.asking import Asking, Done, Unit
from events.domain import Refused
from events.opening import Store
from events.parked import HEARD, KEY, Parked
from events.requests import answered
from events.store.session import Writing
from events.store.tables import parked as table

_log = logging.getLogger("attain.parked")

RETRIED: Mapping[str, Callable[[Writing, Store, Parked], None]] = {
    HEARD: lambda writing, store, entry: hearing.retry(writing, store.journal, entry),
    KEY: lambda writing, _store, entry: parked.retry_key(writing, parked.held(writing, entry)),
}


class ParkedIsNotRetried(Refused):
    """This is of a kind that is never retried. Drop it once its cause is gone."""


class Special(Protocol):
    """How a service opens and retries a kind of entry that only it parks."""

    async def content(self, entry: Parked) -> bytes:
        """Return what is parked as it came."""
        ...

    async def retry(self, entry: Parked, asking: Asking) -> Done:
        """Take it as if it came now, and off the shelf in the same append."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What a service has parked."""

    store: Store
    special: Mapping[str, Special]
    """By kind."""

    async def find(self, parked_id: UUID) -> Parked:
        """Return an entry. Refuses `ParkedIsUnknown`."""
        return await self.store.read(lambda reading: parked.found(reading, parked_id))

    async def content(self, entry: Parked) -> str:
        """Return what is parked as it came, as text."""
        special = self.special.get(entry.kind)
        content = entry.box if special is None else await special.content(entry)
        return content.decode(errors="replace")

    async def retry(self, parked_id: UUID, asking: Asking) -> Done:
        """Take what is parked as if it came now. Refuses what is still not understood; it stays parked."""
        before = await self._answer_before(asking)
        if before is not None:
            return msgspec.structs.replace(before, id=before.id or str(parked_id))
        entry = await self.find(parked_id)
        if entry.kind in self.special:
            return await self.special[entry.kind].retry(entry, asking)
        if entry.kind not in RETRIED:
            raise ParkedIsNotRetried
        await self._once(asking, lambda writing: RETRIED[entry.kind](writing, self.store, entry))
        return Done(id=str(entry.id), version=0, position=0, events=1)

    async def drop(self, parked_id: UUID, asking: Asking, reason: str) -> None:
        """Drop what is parked, and log who did and why. Refuses `ParkedIsUnknown`, but not to the same request."""
        if await self._answer_before(asking) is not None:
            return
        entry = await self.find(parked_id)
        await self._once(asking, lambda writing: parked.drop(writing, [parked.held(writing, entry).id]))
        _log.warning("%s dropped %s %s of %s: %s", asking.actor, entry.kind, entry.id, entry.stream, reason)

    async def _once(self, asking: Asking, effect: Callable[[Writing], Any]) -> None:
        def both(writing: Writing) -> None:
            # Remembered first: a request that was remembered meanwhile has had its effect.
            deciding.commit(writing, self.store.journal, [Unit(steps=(), asking=asking)])
            effect(writing)

        await self.store.database.write(both)
        self.store.appended.ring()

    async def _answer_before(self, asking: Asking) -> Done | None:
        found = await self.store.read(lambda reading: answered(reading, [Unit(steps=(), asking=asking)]))
        if not found:
            return None
        _, answer = found[0]
        if isinstance(answer, Refused):
            raise answer
        return answer


def listed(kind: str | None, stream: str | None = None) -> Select[Any]:
    """Ask for what is parked, of one kind or stream or of all."""
    statement = select(table) if kind is None else select(table).where(table.c.kind == kind)
    return statement if stream is None else statement.where(table.c.stream == stream)
