"""Whom CRMs mean by their owners: looked up for a whole request at once, and remembered for a minute."""

import time
from collections.abc import Callable, Iterable, Sequence

from events.personal import KeyStore
from performance.domain.terms import KnownOwner, Owner, UnmatchedOwner

OWNER_SECONDS_MAX = 60.0
OWNERS_MAX = 50_000


class OwnerBook:
    """Whom CRMs mean by their owners, remembered for a minute."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._held: dict[tuple[str, str], tuple[float, Owner]] = {}

    async def find(self, keys: KeyStore, source: str, names: Iterable[str]) -> dict[str, Owner]:
        """Return the owner that each name of a source means: a person of ours, else its keyed hash."""
        now, found, absent = self._monotonic(), dict[str, Owner](), set[str]()
        for name in names:
            until, owner = self._held.get((source, name), (now, None))
            if owner is not None and now < until:
                found[name] = owner
            else:
                absent.add(name)
        return found | await self._look_up(keys, source, sorted(absent)) if absent else found

    async def _look_up(self, keys: KeyStore, source: str, names: Sequence[str]) -> dict[str, Owner]:
        kind = f"crm-owner:{source}"
        people = await keys.find_many(kind, names)
        found = {
            name: KnownOwner(person_id=people[name])
            if name in people
            else UnmatchedOwner(owner_hash=keys.hash_of(kind, name))
            for name in names
        }
        if len(self._held) > OWNERS_MAX:
            self._held.clear()
        until = self._monotonic() + OWNER_SECONDS_MAX
        self._held |= {(source, name): (until, owner) for name, owner in found.items()}
        return found
