"""Keys as they are kept: wrapped with the master key, each beside its owner; one that was erased leaves its place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import Column, Date, Index, LargeBinary, MetaData, Table, Text, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from events.personal.boxes import KEY_BYTES, BoxIsDamaged, Key, Random
from events.store.database import Database
from events.store.session import Reading, Writing

CACHE_SECONDS_MAX = 60.0
"""How long another process may go on reading what was erased."""

KEYS_HELD_MAX = 50_000
MASTER = "master"
"""A key of nobody, which shows at the start whether the master key is the right one."""

_MAKING_TABLES = 0x41747461

metadata = MetaData()

keys = Table(
    "keys",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("day", Date, index=True),
    Column("wrapped", LargeBinary),
)
"""A key of each owner; none where it was erased. `day` is when a key that expires was made for."""

claims = Table(
    "claims",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Index("claims_by_person", "person_id"),
)
"""Whose a name, an address or another identifier is, known by its keyed hash only."""


class MasterKeyIsWrong(Exception):
    """The key store's keys were wrapped with another master key."""


class KeyIsMissing(Exception):
    """A box's owner never had a key here: this key store is not the one that it was sealed with."""


class Keyring:
    """The keys of many owners, held for a minute. An erased key is `None`."""

    def __init__(self, database: Database, master: Key, monotonic: Callable[[], float], random: Random) -> None:
        self._database = database
        self._master = master
        self._monotonic = monotonic
        self._random = random
        self._held: dict[str, tuple[float, Key | None]] = {}

    async def prepare(self) -> None:
        """Make the tables and try the master key. Raises `MasterKeyIsWrong`."""
        await self._database.write(_make_tables)
        try:
            await self.ensure([MASTER])
        except BoxIsDamaged as error:
            raise MasterKeyIsWrong from error

    async def find(self, owners: Sequence[str]) -> Mapping[str, Key | None]:
        """Return the keys of owners. Raises `KeyIsMissing` for one that never had any."""
        found = self._from_cache(owners)
        absent = [owner for owner in owners if owner not in found]
        if absent:
            found |= self._hold(await self._database.read(lambda reading: _load(reading, absent)))
        missing = next((owner for owner in owners if owner not in found), None)
        if missing is not None:
            raise KeyIsMissing(missing)
        return found

    async def ensure(self, owners: Sequence[str], day: date | None = None) -> Mapping[str, Key | None]:
        """Return the keys of owners, made where there was none yet; never again where one was erased."""
        found = self._from_cache(owners)
        absent = sorted({owner for owner in owners if owner not in found})
        if absent:
            rows = [(owner, self.new_key(owner)) for owner in absent]
            found |= self._hold(await self._database.write(lambda writing: make_keys(writing, rows, day)))
        return found

    def new_key(self, owner: str) -> bytes:
        """Return a new key, wrapped."""
        return self._master.seal(self._random(KEY_BYTES), owner)

    def forget(self, owner: str) -> None:
        """Know at once that a key is erased."""
        self._held[owner] = (self._monotonic() + CACHE_SECONDS_MAX, None)

    def forget_all(self) -> None:
        """Hold no key."""
        self._held.clear()

    def _from_cache(self, owners: Sequence[str]) -> dict[str, Key | None]:
        now = self._monotonic()
        held = ((owner, self._held.get(owner)) for owner in owners)
        return {owner: entry[1] for owner, entry in held if entry is not None and now < entry[0]}

    def _hold(self, wrapped: Mapping[str, bytes | None]) -> dict[str, Key | None]:
        opened = {owner: self._unwrap(owner, box) for owner, box in wrapped.items()}
        until = self._monotonic() + CACHE_SECONDS_MAX
        self._drop_old()
        self._held |= {owner: (until, key) for owner, key in opened.items()}
        return opened

    def _drop_old(self) -> None:
        now = self._monotonic()
        for owner, (until, _) in list(self._held.items()):
            if until > now and len(self._held) <= KEYS_HELD_MAX:
                break
            del self._held[owner]

    def _unwrap(self, owner: str, box: bytes | None) -> Key | None:
        return None if box is None else Key(self._master.open(box, owner), self._random)


def insert_new(writing: Writing, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows but those whose key is there already."""
    dialect = postgresql if writing.is_postgres else sqlite
    writing.connection.execute(dialect.insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def make_keys(
    writing: Writing, rows: Sequence[tuple[str, bytes]], day: date | None = None
) -> Mapping[str, bytes | None]:
    """Give owners their keys, where they have none yet, and return the keys that they have then."""
    insert_new(writing, keys, [{"owner": owner, "day": day, "wrapped": wrapped} for owner, wrapped in rows])
    return _load(writing, [owner for owner, _ in rows])


def erase_key(writing: Writing, owner: str) -> None:
    """Erase an owner's key for good; until this commits, nobody else gets it to use."""
    insert_new(writing, keys, [{"owner": owner, "day": None, "wrapped": None}])
    overwrite_erased(writing)
    writing.execute(update(keys).where(keys.c.owner == owner).values(wrapped=None))


def overwrite_erased(writing: Writing) -> None:
    """Have the database overwrite what is erased from here on, where it can."""
    if not writing.is_postgres:
        writing.connection.exec_driver_sql("PRAGMA secure_delete = ON")


def clear_journal(reading: Reading) -> None:
    """Take what was erased out of the file that waits to be merged, where there is one."""
    if not reading.is_postgres:
        reading.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _load(reading: Reading, owners: Sequence[str]) -> Mapping[str, bytes | None]:
    found = reading.tuples(select(keys.c.owner, keys.c.wrapped).where(reading.among(keys.c.owner, owners)))
    return dict(map(tuple, found))


def _make_tables(writing: Writing) -> None:
    if writing.is_postgres:
        writing.execute(text(f"SELECT pg_advisory_xact_lock({_MAKING_TABLES})"))
    metadata.create_all(writing.connection)
