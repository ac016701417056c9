"""What is derived from the orchard: the harvest of each orchard, and of the estate that it belongs to."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import BigInteger, Column, Integer, Table, Text, select

from events.deriving import Derivation, Derived, Tell
from events.domain import Value
from events.store.session import Reading
from tests.events.orchard import TreeRow, tables, trees

harvests = Table(
    "harvests",
    tables,
    Column("orchard", Text, primary_key=True),
    Column("apples", BigInteger, nullable=False),
    Column("trees", Integer, nullable=False),
)

estates = Table(
    "estates",
    tables,
    Column("estate", Text, primary_key=True),
    Column("apples", BigInteger, nullable=False),
    Column("orchards", Integer, nullable=False),
)


class HarvestMeasured(Value):
    """An orchard has borne so much."""

    orchard: str
    apples: int


class HarvestRow(Value, tag=False):
    """The derived harvest of an orchard."""

    orchard: str
    apples: int
    trees: int


class EstateRow(Value, tag=False):
    """The derived harvest of an estate: `north.a` and `north.b` are orchards of `north`."""

    estate: str
    apples: int
    orchards: int


class OrchardIsBlighted(Exception):
    """The harvest of such an orchard cannot be derived."""


def tree_keys(row: TreeRow) -> Iterable[str]:
    """A tree counts in its orchard."""
    return (row.orchard,) if row.orchard else ()


def harvest_facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, Sequence[TreeRow]]:
    """Read the trees of orchards."""
    found: dict[str, list[TreeRow]] = {key: [] for key in keys}
    for row in reading.rows(select(trees).where(reading.among(trees.c.orchard, keys)), TreeRow):
        found[row.orchard or ""].append(row)
    return {key: rows for key, rows in found.items() if rows}


def harvest(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
    """Add up an orchard's trees."""
    orchard = rows[0].orchard or ""
    apples = sum(row.apples for row in rows)
    if orchard.endswith("blighted") and any(not row.felled for row in rows):
        raise OrchardIsBlighted(orchard)
    row = HarvestRow(orchard=orchard, apples=apples, trees=len(rows))
    return Derived(
        rows=(row,), tells=(Tell(stream=f"harvest-{orchard}", event=HarvestMeasured(orchard=orchard, apples=apples)),)
    )


HARVESTS = Derivation(table=harvests, row=HarvestRow, facts=harvest_facts, derive=harvest, keys={"trees": tree_keys})


def estate_of(orchard: str) -> str:
    """Return the estate that an orchard belongs to."""
    return orchard.partition(".")[0]


def harvest_keys(row: HarvestRow) -> Iterable[str]:
    """A harvest counts in its estate."""
    return (estate_of(row.orchard),)


def estate_facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, Sequence[HarvestRow]]:
    """Read the harvests of estates."""
    found: dict[str, list[HarvestRow]] = {}
    for row in reading.rows(select(harvests), HarvestRow):
        if estate_of(row.orchard) in keys:
            found.setdefault(estate_of(row.orchard), []).append(row)
    return found


def estate(rows: Sequence[HarvestRow]) -> Derived[EstateRow]:
    """Add up an estate's orchards."""
    apples = sum(row.apples for row in rows)
    return Derived(rows=(EstateRow(estate=estate_of(rows[0].orchard), apples=apples, orchards=len(rows)),))


ESTATES = Derivation(table=estates, row=EstateRow, facts=estate_facts, derive=estate, keys={"harvests": harvest_keys})


def harvest_rows(reading: Reading) -> list[HarvestRow]:
    """Return the harvests that were derived."""
    return reading.rows(select(harvests).order_by(harvests.c.orchard), HarvestRow)


def estate_rows(reading: Reading) -> list[EstateRow]:
    """Return the estates that were derived."""
    return reading.rows(select(estates).order_by(estates.c.estate), EstateRow)


def harvests_anew(rows: Iterable[TreeRow]) -> list[HarvestRow]:
    """Return the harvests that trees should have, by adding them up anew."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        apples, count = sums.get(row.orchard or "", (0, 0))
        sums[row.orchard or ""] = (apples + row.apples, count + 1)
    return [HarvestRow(orchard=name, apples=sums[name][0], trees=sums[name][1]) for name in sorted(sums)]


def estates_anew(rows: Iterable[HarvestRow]) -> list[EstateRow]:
    """Return the estates that harvests should have, by adding them up anew."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        apples, count = sums.get(estate_of(row.orchard), (0, 0))
        sums[estate_of(row.orchard)] = (apples + row.apples, count + 1)
    return [EstateRow(estate=name, apples=sums[name][0], orchards=sums[name][1]) for name in sorted(sums)]
