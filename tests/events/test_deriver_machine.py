"""Whatever is appended, derived, rebuilt and reopened in whatever order, what follows is what a simple model says."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from events import deriver, parked, rebuild
from events.execute import execute
from events.opening import Store
from events.projector import Projection
from events.store import log
from events.store.tables import dirty
from tests.conftest import SERVER
from tests.events.farms import estates_of, harvests_of, open_farm, shelf, told
from tests.events.harvest import ESTATES, HARVESTS, HarvestRow, estates_anew
from tests.events.orchard import TREE, TREES, Fell, Pick, Plant, TreeCommand, TreeRow, should_be
from tests.events.stores import asking, orchard_rows, tree_rows
from tests.events.test_store_machine import Files, Lender

T = TypeVar("T")

ORCHARDS = ("north.a", "north.b", "south.a", "south.blighted", "blighted")
KEYS_MAX = 2

whichever = st.sampled_from((0, 1))
choices = st.integers(0, 10**6)


@dataclass
class Farm:
    """What the log says of trees, and what should follow from it by now."""

    trees: dict[str, TreeRow] = field(default_factory=dict[str, TreeRow])
    rows: dict[str, HarvestRow] = field(default_factory=dict[str, HarvestRow])
    told: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    parked: set[str] = field(default_factory=set[str])
    marked: set[str] = field(default_factory=set[str])

    def changed(self, row: TreeRow) -> None:
        """Take a tree's new row, which marks its orchard if it differs."""
        if self.trees.get(row.tree_id) != row:
            self.trees[row.tree_id] = row
            self.marked.add(row.orchard or "")

    def derive(self, orchard: str) -> None:
        """Derive a marked orchard: tell what differs, or park it and keep what it had."""
        self.marked.discard(orchard)
        row = self.harvest(orchard)
        if row is None:
            self.parked.add(orchard)
            return
        self.parked.discard(orchard)
        self.rows[orchard] = row
        if self.told.setdefault(orchard, [])[-1:] != [row.apples]:
            self.told[orchard].append(row.apples)

    def rebuild(self) -> None:
        """Compute all anew: tell nothing, park what fails, which has no rows."""
        found = {orchard: self.harvest(orchard) for orchard in {row.orchard or "" for row in self.trees.values()}}
        self.rows = {orchard: row for orchard, row in found.items() if row is not None}
        self.parked = {orchard for orchard, row in found.items() if row is None}

    def harvest(self, orchard: str) -> HarvestRow | None:
        """Return what an orchard has borne, nothing if it cannot be told."""
        rows = [row for row in self.trees.values() if row.orchard == orchard]
        if orchard.endswith("blighted") and not all(row.felled for row in rows):
            return None
        return HarvestRow(orchard=orchard, apples=sum(row.apples for row in rows), trees=len(rows))


class FarmMachine(RuleBasedStateMachine):
    """Two workers at the same database, beside a model of what should be derived."""

    lender: ClassVar[Lender]

    def __init__(self) -> None:
        super().__init__()
        self.lent = ExitStack()
        self.url = self.lent.enter_context(self.lender.database())
        self.loop = self.lent.enter_context(asyncio.Runner())
        self.farm = Farm()
        self.releases = Counter[str]()
        self.stores = [self.open() for _ in range(2)]

    def teardown(self) -> None:
        """Give everything back."""
        for store in self.stores:
            self.run(store.close())
        self.lent.close()

    def run(self, body: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self.loop.run(body)

    def open(self) -> Store:
        """Open the store as the release of now."""
        harvests = replace(HARVESTS, version=1 + self.releases["harvests"])
        trees = Projection(
            table=TREES.table,
            row=TREES.row,
            kind=TREES.kind,
            project=TREES.project,
            version=1 + self.releases["trees"],
            totals=TREES.totals,
        )
        return self.run(open_farm(self.url, (harvests, ESTATES), (trees,)))

    def append(self, which: int, tree: TreeRow, command: TreeCommand) -> None:
        """Run a command that brings a tree's row about."""
        self.run(execute(self.stores[which], TREE, tree.tree_id, command, asking()))
        self.farm.changed(tree)

    def standing(self) -> list[TreeRow]:
        """Return the trees that stand."""
        return [row for row in self.farm.trees.values() if not row.felled]

    @rule(which=whichever, orchard=st.sampled_from(ORCHARDS))
    def plant(self, which: int, orchard: str) -> None:
        """Plant a tree; one in a blighted orchard stops what is derived of it."""
        tree = TreeRow(tree_id=f"t{len(self.farm.trees):03}", orchard=orchard, apples=0, felled=False)
        self.append(which, tree, Plant(orchard=orchard))

    @precondition(lambda self: self.standing())
    @rule(which=whichever, choice=choices, apples=st.integers(-2, 2))
    def pick(self, which: int, choice: int, apples: int) -> None:
        """Pick from a tree, perhaps nothing."""
        row = self.standing()[choice % len(self.standing())]
        tree = TreeRow(tree_id=row.tree_id, orchard=row.orchard, apples=row.apples + apples, felled=False)
        self.append(which, tree, Pick(baskets=(apples,)))

    @precondition(lambda self: self.standing())
    @rule(which=whichever, choice=choices)
    def fell(self, which: int, choice: int) -> None:
        """Fell a tree; when all of a blighted orchard are felled, it can be derived."""
        row = self.standing()[choice % len(self.standing())]
        tree = TreeRow(tree_id=row.tree_id, orchard=row.orchard, apples=row.apples, felled=True)
        self.append(which, tree, Fell())

    @rule(which=whichever)
    def derive_some(self, which: int) -> None:
        """Derive one batch."""
        self.run(deriver.derive_marked(self.stores[which].journal))
        left = self.waiting()["harvests"]
        assert left <= self.farm.marked
        assert len(self.farm.marked - left) == min(KEYS_MAX, len(self.farm.marked))
        for orchard in sorted(self.farm.marked - left):
            self.farm.derive(orchard)

    @rule(which=whichever)
    def derive_everything(self, which: int) -> None:
        """Derive until nothing is marked: estates follow harvests."""
        self.run(deriver.derive_all(self.stores[which].journal))
        for orchard in sorted(self.farm.marked):
            self.farm.derive(orchard)
        assert self.waiting() == {}
        assert self.run(estates_of(self.stores[which])) == estates_anew(self.farm.rows.values())

    @precondition(lambda self: self.farm.parked)
    @rule(which=whichever, choice=choices)
    def retry(self, which: int, choice: int) -> None:
        """Try a parked orchard again."""
        entries = self.run(shelf(self.stores[which]))
        entry = entries[choice % len(entries)]
        self.run(self.stores[which].database.write(lambda writing: parked.retry_key(writing, entry)))
        self.farm.marked.add(entry.stream)

    @rule(which=whichever)
    def rebuild(self, which: int) -> None:
        """Build everything anew."""
        self.run(rebuild.rebuild(self.stores[which].journal))
        self.farm.rebuild()
        assert self.run(estates_of(self.stores[which])) == estates_anew(self.farm.rows.values())

    @rule(which=whichever)
    def reopen(self, which: int) -> None:
        """Open a store again: nothing changes."""
        self.run(self.stores[which].close())
        self.stores[which] = self.open()

    @rule(name=st.sampled_from(("trees", "harvests")))
    def release(self, name: str) -> None:
        """Open both stores as a release in which a read model has another version: it is built anew."""
        for store in self.stores:
            self.run(store.close())
        self.releases[name] += 1
        self.stores = [self.open() for _ in range(2)]
        self.farm.rebuild()
        assert self.run(estates_of(self.stores[0])) == estates_anew(self.farm.rows.values())

    def waiting(self) -> dict[str, set[str]]:
        """Return the keys that are marked, by derivation."""
        found: dict[str, set[str]] = defaultdict(set)
        marks = select(dirty.c.derivation, dirty.c.key)
        for derivation, key in self.ask(lambda reading: reading.tuples(marks)):
            found[derivation].add(key)
        return found

    def ask(self, question: Callable[[Any], T]) -> T:
        """Ask the first store."""
        return self.run(self.stores[0].read(question))

    @invariant()
    def rows_and_totals_are_those_of_the_trees(self) -> None:
        """Compare the read model."""
        rows = [self.farm.trees[key] for key in sorted(self.farm.trees)]
        assert self.ask(tree_rows) == rows
        assert self.ask(orchard_rows) == [row for row in should_be(rows) if row.apples or row.trees]

    @invariant()
    def what_is_derived_told_and_parked_is_what_follows(self) -> None:
        """Compare the harvests, what was told of each in order, and what is parked."""
        assert self.run(harvests_of(self.stores[1])) == [self.farm.rows[name] for name in sorted(self.farm.rows)]
        assert self.run(told(self.stores[1])) == {name: counts for name, counts in self.farm.told.items() if counts}
        assert {each.stream for each in self.run(shelf(self.stores[1]))} == self.farm.parked

    @invariant()
    def answers_are_computed_up_to_the_first_mark(self) -> None:
        """Compare the position of answers."""
        lowest = self.ask(lambda reading: reading.scalar(select(func.min(dirty.c.position))))
        assert (lowest is None) or self.farm.marked or "estates" in self.waiting()
        should = self.ask(log.last_position) if lowest is None else lowest - 1
        assert self.ask(deriver.computed_up_to) == should


def drive(lender: Lender, examples: int) -> None:
    """Drive a machine through so many schedules, with small batches."""
    # Shortening a schedule takes minutes: whoever looks for the cause of a failure adds Phase.shrink.
    chosen = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=(Phase.generate,),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
    machine = type("LentFarmMachine", (FarmMachine,), {"lender": lender})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deriver, "KEYS_MAX", KEYS_MAX)
        run_state_machine_as_test(machine, settings=chosen)


def test_what_is_derived_in_a_file_follows_through_any_schedule() -> None:
    drive(Files(), examples=10)


@pytest.mark.postgres
def test_what_is_derived_in_postgres_follows_through_any_schedule(request: pytest.FixtureRequest) -> None:
    drive(request.config.stash[SERVER], examples=4)
