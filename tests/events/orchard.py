"""A small domain for the tests of the log: trees are planted, picked and felled."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text

from events.domain import Decider, Recorded, Refused, Value
from events.projector import Counted, Projection, Rows, Total

NOWHERE = "nowhere"
"""An orchard that the read model's table refuses."""


class TreePlanted(Value):
    """A tree stands in an orchard."""

    orchard: str


class ApplesPicked(Value):
    """So many apples are in the basket."""

    count: int


class TreeFelled(Value):
    """The tree is gone."""


TreeEvent: TypeAlias = TreePlanted | ApplesPicked | TreeFelled


class Plant(Value):
    """Plant a tree."""

    orchard: str = "north"


class Pick(Value):
    """Pick apples, one event for each basket."""

    baskets: tuple[int, ...] = (1,)


class PickOneMore(Value):
    """Pick one apple more than the last time, and so on: what it decides depends on what was decided just before."""

    baskets: int = 1


class Fell(Value):
    """Fell the tree."""


class Stumble(Value):
    """Run into a bug."""


TreeCommand: TypeAlias = Plant | Pick | PickOneMore | Fell | Stumble


class Tree(Value):
    """A tree as it stands, or nothing yet."""

    orchard: str = ""
    last: int = 0
    stands: bool = False
    felled: bool = False


class TreeIsPlantedAlready(Refused):
    """A tree is planted once."""


class TreeDoesNotStand(Refused):
    """Only a tree that stands is picked."""


def decide(command: TreeCommand, tree: Tree) -> list[TreeEvent]:
    """Say what a command brings about."""
    match command:
        case Plant(orchard=orchard):
            return plant(orchard, tree)
        case Fell():
            return [TreeFelled()] if tree.stands else []
        case Stumble():
            return [ApplesPicked(count=1 // int(tree.felled))]
        case Pick() | PickOneMore() if not tree.stands:
            raise TreeDoesNotStand(felled=tree.felled)
        case Pick(baskets=baskets):
            return [ApplesPicked(count=count) for count in baskets]
        case PickOneMore(baskets=baskets):
            return [ApplesPicked(count=tree.last + number) for number in range(1, baskets + 1)]


def plant(orchard: str, tree: Tree) -> list[TreeEvent]:
    """Plant once."""
    if tree.stands or tree.felled:
        raise TreeIsPlantedAlready
    return [TreePlanted(orchard=orchard)]


def evolve(tree: Tree, event: TreeEvent) -> Tree:
    """Say what an event means."""
    match event:
        case TreePlanted(orchard=orchard):
            return Tree(orchard=orchard, stands=True)
        case ApplesPicked(count=count):
            return Tree(orchard=tree.orchard, last=count, stands=tree.stands, felled=tree.felled)
        case TreeFelled():
            return Tree(orchard=tree.orchard, last=tree.last, felled=True)


TREE = Decider[TreeCommand, Tree, TreeEvent](
    kind="tree", initial=Tree(), decide=decide, evolve=evolve, events=(TreePlanted, ApplesPicked, TreeFelled)
)

tables = MetaData()

trees = Table(
    "trees",
    tables,
    Column("tree_id", Text, primary_key=True),
    Column("orchard", Text, nullable=False),
    Column("apples", BigInteger, nullable=False),
    Column("felled", Boolean, nullable=False),
)

orchards = Table(
    "orchards",
    tables,
    Column("orchard", Text, primary_key=True),
    Column("apples", BigInteger, nullable=False),
    Column("trees", BigInteger, nullable=False),
)


class TreeRow(Value, tag=False):
    """A tree: where it stands and what it has borne."""

    tree_id: str
    orchard: str | None
    apples: int
    felled: bool


class OrchardRow(Value, tag=False):
    """What all trees of an orchard have borne, and how many stand."""

    orchard: str
    apples: int
    trees: int


def project(rows: Rows[TreeRow], recorded: Recorded[Any]) -> Rows[TreeRow]:
    """Say what a tree's row is after an event."""
    match recorded.event:
        case TreePlanted(orchard=orchard):
            place = None if orchard == NOWHERE else orchard
            return rows.put(TreeRow(tree_id=recorded.key, orchard=place, apples=0, felled=False))
        case ApplesPicked(count=count):
            row = rows.get(recorded.key)
            return rows if row is None else rows.change(recorded.key, apples=row.apples + count)
        case TreeFelled():
            return rows.change(recorded.key, felled=True)
        case _:
            return rows


def counted(row: TreeRow) -> Counted:
    """Count a tree in its orchard."""
    return (row.orchard,), (row.apples, 0 if row.felled else 1)


TREES = Projection(
    table=trees,
    row=TreeRow,
    kind="tree",
    project=project,
    totals=(Total(table=orchards, by=("orchard",), sums=("apples", "trees"), counted=counted),),
)


def should_be(rows: Iterable[TreeRow]) -> list[OrchardRow]:
    """Return the totals that trees should have, by adding them up anew."""
    apples, standing = Counter[str](), Counter[str]()
    for row in rows:
        apples[row.orchard or ""] += row.apples
        standing[row.orchard or ""] += 0 if row.felled else 1
    return [OrchardRow(orchard=name, apples=apples[name], trees=standing[name]) for name in sorted(apples)]
