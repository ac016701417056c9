"""The key store, shared by all services: seals personal text, erases people, knows whose a name is. Its own database.

What it raises names people by their id only.
"""

import hmac
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select, update

from events.domain import Personal, Refused
from events.personal.boxes import BoxIsDamaged, Key, Random
from events.personal.keyring import (
    Keyring,
    claims,
    clear_journal,
    erase_key,
    insert_new,
    keys,
    make_keys,
    overwrite_erased,
)
from events.personal.names import keyed_hash
from events.store.database import Database, open_database
from events.store.session import Reading, Writing


class PersonWasErased(Refused):
    """This person was erased: nothing more can be said of them under a name."""


class NameIsTaken(Refused):
    """Someone else has this name."""


async def open_keys(
    url: str,
    master_key: bytes,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    random: Random = os.urandom,
) -> "KeyStore":
    """Open the key store at `sqlite:///path` or `postgresql+asyncpg://…`, made on first use.

    Raises `MasterKeyIsWrong` if its keys were wrapped with another one than these 32 bytes.
    """
    store = KeyStore(open_database(url), master_key, monotonic, random)
    await store.prepare()
    return store


class KeyStore:
    """Seals and opens personal text. Keys are held in memory for a minute at most."""

    def __init__(
        self, database: Database, master_key: bytes, monotonic: Callable[[], float], random: Random = os.urandom
    ) -> None:
        self._database = database
        self._keyring = Keyring(database, Key(master_key, random), monotonic, random)
        self._lookup_key = hmac.digest(master_key, b"lookup", "sha256")

    async def prepare(self) -> None:
        """Make the tables and try the master key."""
        try:
            await self._keyring.prepare()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of keys and database."""
        self._keyring.forget_all()
        await self._database.close()

    async def seal(self, person_id: str, text: str) -> Personal:
        """Return a text about a person, sealed under their key. Refuses `PersonWasErased`."""
        [sealed] = await self.seal_many([(person_id, text)])
        return sealed

    async def seal_many(self, texts: Sequence[tuple[str, str]]) -> list[Personal]:
        """Return texts about people, sealed, in their order; all or none."""
        found = await self._keyring.ensure([_person(person_id) for person_id, _ in texts])
        return [_seal(found[_person(person_id)], person_id, text) for person_id, text in texts]

    async def open(self, personal: Personal) -> str | None:
        """Return a sealed text, none if the person was erased. Raises `BoxIsDamaged` or `KeyIsMissing`."""
        [text] = await self.open_many([personal])
        return text

    async def open_many(self, sealed: Sequence[Personal]) -> list[str | None]:
        """Return sealed texts in their order."""
        found = await self._keyring.find([_person(each.person_id) for each in sealed])
        return [_open(found[_person(each.person_id)], each) for each in sealed]

    async def erase(self, person_id: str) -> None:
        """Delete a person's key and names, for ever: what is sealed under it is unreadable from then on.

        Other processes may read it for `CACHE_SECONDS_MAX` more.
        """
        owner = _person(person_id)

        def forget(writing: Writing) -> None:
            erase_key(writing, owner)
            writing.execute(delete(claims).where(claims.c.person_id == person_id))

        await self._database.write(forget)
        self._keyring.forget(owner)
        await self._database.read(clear_journal)

    def hash_of(self, kind: str, value: str) -> str:
        """Return the keyed hash that a name is known by; equal for spellings that a person would call the same."""
        return keyed_hash(self._lookup_key, kind, value)

    async def claim(self, kind: str, value: str, person_id: str) -> str:
        """Give a name to a person, once and for all others not; return its hash.

        Already theirs is well. Refuses `NameIsTaken` with the kind, or `PersonWasErased`.
        """
        hashed, owner = self.hash_of(kind, value), _person(person_id)
        new_key = self._keyring.new_key(owner)

        def take(writing: Writing) -> None:
            make_keys(writing, [(owner, new_key)])
            # Keeps an erasure waiting until the claim is there to be deleted.
            if writing.scalar(select(keys.c.wrapped).where(keys.c.owner == owner).with_for_update(read=True)) is None:
                raise PersonWasErased
            insert_new(writing, claims, [{"kind": kind, "hash": hashed, "person_id": person_id}])
            if _holders(writing, kind, [hashed])[hashed] != person_id:
                raise NameIsTaken(kind=kind)

        await self._database.write(take)
        return hashed

    async def release(self, kind: str, value: str, person_id: str) -> None:
        """Let others have a name that a person has; nothing if they have it not."""
        mine = (claims.c.kind == kind) & (claims.c.hash == self.hash_of(kind, value))
        await self._database.write(
            lambda writing: writing.execute(delete(claims).where(mine, claims.c.person_id == person_id))
        )

    async def find(self, kind: str, value: str) -> str | None:
        """Return who has a name."""
        return (await self.find_many(kind, [value])).get(value)

    async def find_many(self, kind: str, values: Iterable[str]) -> Mapping[str, str]:
        """Return who has which name; names that nobody has are left out."""
        hashes = {value: self.hash_of(kind, value) for value in values}
        holders = await self.find_hashed(kind, hashes.values())
        return {value: holders[hashed] for value, hashed in hashes.items() if hashed in holders}

    async def find_hashed(self, kind: str, hashes: Iterable[str]) -> Mapping[str, str]:
        """Return who has the names with these hashes; hashes of nobody's names are left out."""
        wanted = list(hashes)
        return await self._database.read(lambda reading: _holders(reading, kind, wanted))

    async def seal_bytes(self, source: str, day: date, content: bytes) -> bytes | None:
        """Return a delivery, sealed under the key of its source and day; none if that has expired."""
        owner = _delivery(source, day)
        key = (await self._keyring.ensure([owner], day))[owner]
        return key and key.seal(content, owner)

    async def open_bytes(self, source: str, day: date, box: bytes) -> bytes | None:
        """Return what a delivery was, none if its key has expired. Raises `BoxIsDamaged` or `KeyIsMissing`."""
        owner = _delivery(source, day)
        key = (await self._keyring.find([owner]))[owner]
        return key and key.open(box, owner)

    async def expire_delivery_keys(self, before: date) -> int:
        """Erase the keys of all deliveries of earlier days; return how many."""
        expired = update(keys).where(keys.c.day < before, keys.c.wrapped.is_not(None)).values(wrapped=None)

        def forget(writing: Writing) -> int:
            overwrite_erased(writing)
            return writing.execute(expired)

        count = await self._database.write(forget)
        self._keyring.forget_all()
        await self._database.read(clear_journal)
        return count


def _person(person_id: str) -> str:
    return f"person/{person_id}"


def _delivery(source: str, day: date) -> str:
    return f"delivery/{source}/{day.isoformat()}"


def _seal(key: Key | None, person_id: str, text: str) -> Personal:
    if key is None:
        raise PersonWasErased
    content = text.encode()
    box, mac = key.seal(content, person_id), key.mac(content)
    return Personal(person_id=person_id, box=b64encode(box).decode(), mac=b64encode(mac).decode())


def _open(key: Key | None, sealed: Personal) -> str | None:
    if key is None:
        return None
    try:
        content, mac = key.open(b64decode(sealed.box, validate=True), sealed.person_id), b64decode(sealed.mac)
    except ValueError as error:
        message = f"a text about {sealed.person_id}"
        raise BoxIsDamaged(message) from error
    if not hmac.compare_digest(mac, key.mac(content)):
        message = f"a text about {sealed.person_id}"
        raise BoxIsDamaged(message)
    return content.decode()


def _holders(reading: Reading, kind: str, hashes: Sequence[str]) -> Mapping[str, str]:
    question = select(claims.c.hash, claims.c.person_id).where(
        claims.c.kind == kind, reading.among(claims.c.hash, hashes)
    )
    return dict(map(tuple, reading.tuples(question)))
