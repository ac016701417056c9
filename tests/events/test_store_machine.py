"""Whatever is asked of a store, by one or by many at once, it answers and holds what its promises say."""

import asyncio
import itertools
from collections.abc import Coroutine, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec import structs

from events import rebuild
from events.asking import Request, RequestIsStillRunning, TooManyWriters, Unit
from events.opening import Store
from events.requests import request_key
from events.store import log, tables
from events.store.tail import Tail, closed_prefix
from tests.conftest import SERVER
from tests.events.model import Model, Place, agrees, read
from tests.events.orchard import Plant
from tests.events.schedules import KEYS, TOGETHER_MAX, Wanted, Wish, batches, few, growing, requests, wishes
from tests.events.stores import NOON, count, history, open_orchard, orchard_rows, tree_rows, whole_log

T = TypeVar("T")
whichever = st.sampled_from((0, 1))


class Lender(Protocol):
    """Lends empty databases."""

    def database(self) -> AbstractContextManager[str]:
        """Lend one."""
        ...


class Files:
    """Lends files that SQLite may fill."""

    @contextmanager
    def database(self) -> Generator[str]:
        """Lend one."""
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'database.sqlite'}"


class StoreMachine(RuleBasedStateMachine):
    """Two stores at the same database, beside a model of what they should hold."""

    lender: ClassVar[Lender]

    def __init__(self) -> None:
        super().__init__()
        self.lent = ExitStack()
        self.url = self.lent.enter_context(self.lender.database())
        self.loop = self.lent.enter_context(asyncio.Runner())
        self.model = Model()
        self.conversations = itertools.count(1)
        self.stores = [self.run(open_orchard(self.url)) for _ in range(2)]
        self.tail = Tail(self.stores[0].database, 0)
        self.followed: list[int] = []
        self.seen: list[Any] = []

    def teardown(self) -> None:
        """Give everything back."""
        for store in self.stores:
            self.run(store.close())
        self.lent.close()

    def run(self, body: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self.loop.run(body)

    @initialize(keys=st.sets(st.sampled_from(KEYS)))
    def plant(self, keys: set[str]) -> None:
        """Begin with some trees."""
        first = [Wish(wanted=(Wanted(key=key, command=Plant(orchard="north")),)) for key in sorted(keys)]
        self.ask_at_once(0, first)

    def units(self, wished: Sequence[Wish]) -> list[Unit]:
        """Return wishes as units, each in a conversation of its own."""
        return [wish.unit(next(self.conversations)) for wish in wished]

    @rule(which=whichever, wish=wishes())
    def ask(self, which: int, wish: Wish) -> None:
        """Ask for one thing."""
        units = self.units([wish])
        self.expect(units, self.run(answers(self.stores[which], units)))

    @rule(which=whichever, batch=batches)
    def ask_at_once(self, which: int, batch: list[Wish]) -> None:
        """Ask for many things at the same moment, so that they share a transaction."""
        units = self.units(batch)
        self.expect(units, self.run(answers(self.stores[which], units)))

    @rule(which=whichever, batch=batches, leaves=st.integers(0, TOGETHER_MAX - 2))
    def ask_and_leave(self, which: int, batch: list[Wish], leaves: int) -> None:
        """Ask for many things, one of which nobody waits for any more."""
        units = self.units(batch)
        self.expect(units, self.run(answers(self.stores[which], units, leaves % (len(units) - 1))))

    @rule(which=whichever, batch=batches)
    def ask_while_rebuilding(self, which: int, batch: list[Wish]) -> None:
        """Ask for many things while the read models are built anew."""
        store, units = self.stores[which], self.units(batch)

        async def both() -> list[object]:
            found, _ = await asyncio.gather(answers(store, units), rebuild.rebuild(store.journal))
            return found

        self.expect(units, self.run(both()))

    @rule(one=few, other=few, limit=st.integers(1, 9))
    def ask_both(self, one: list[Wish], other: list[Wish], limit: int) -> None:
        """Ask two stores at the same moment, and follow the log meanwhile."""
        self.ask_each(self.units(one), self.units(other), limit)

    @rule(wish=wishes(growing), request=requests)
    def ask_both_the_same(self, wish: Wish, request: Request) -> None:
        """Send two stores the same request at the same moment."""
        wish = structs.replace(wish, request=request)
        self.ask_each(self.units([wish]), self.units([wish]), limit=1)

    def ask_each(self, mine: Sequence[Unit], others: Sequence[Unit], limit: int) -> None:
        """Ask each store for something of its own; whatever the order, there must be one that explains the answers."""

        async def all_three() -> list[object]:
            found, found_by_other, _ = await asyncio.gather(
                answers(self.stores[0], mine), answers(self.stores[1], others), self.follow_on(limit)
            )
            return [*found, *found_by_other]

        self.explain([*mine, *others], self.run(all_three()))

    @rule(limit=st.integers(1, 9))
    def follow(self, limit: int) -> None:
        """Look for what is next in the log."""
        self.run(self.follow_on(limit))

    @rule(which=whichever)
    def build_anew(self, which: int) -> None:
        """Build the read models anew."""
        self.run(rebuild.rebuild(self.stores[which].journal))

    @rule(which=whichever)
    def restart(self, which: int) -> None:
        """Close a store and open it again."""
        self.run(self.stores[which].close())
        self.stores[which] = self.run(open_orchard(self.url))
        self.tail = Tail(self.stores[0].database, self.tail.position)

    @invariant()
    def holds_what_it_should(self) -> None:
        """Compare all that is stored with the model."""
        self.run(self.compare(self.stores[1]))

    async def compare(self, store: Store) -> None:
        """Compare the log, the tail's view of it, the read models and the requests."""
        found = await whole_log(store)
        assert read(found) == self.model.written()
        assert found[: len(self.seen)] == self.seen
        self.seen = found
        positions = [each.position for each in found]
        assert positions == sorted(set(positions))
        assert len({each.envelope.id for each in found}) == len(found)
        assert {each.envelope.recorded_at for each in found} <= {NOON}
        assert await history(store, *self.model.streams) == streams_of(found)
        await self.compare_tail(store, positions)
        assert await store.read(tree_rows) == self.model.trees()
        assert await store.read(orchard_rows) == self.model.orchards()
        assert await count(store, tables.requests) == len(self.model.requests)
        assert await count(store, tables.deliveries) == len(self.model.deliveries)

    async def compare_tail(self, store: Store, positions: list[int]) -> None:
        """Find the whole log by two looks: when nobody writes, the second knows what became of every hole."""
        tail = Tail(store.database, 0)
        looks = [[row.position for row in await tail.page(len(positions) + 1)] for _ in range(2)]
        assert [*looks[0], *looks[1]] == positions
        assert self.followed == positions[: len(self.followed)]
        last = positions[-1] if positions else 0
        assert await store.read(closed_prefix) == last
        assert tail.leapt == last - len(positions)
        names = {f"tree-{key}" for key in KEYS}
        versions = await store.read(lambda reading: log.last_versions(reading, names))
        assert versions == {name: len(facts) for name, facts in self.model.streams.items()}

    async def follow_on(self, limit: int) -> None:
        """Read the next page of the log."""
        page = await self.tail.page(limit)
        assert len(page) <= limit
        self.followed += [row.position for row in page]

    def expect(self, asked: Sequence[Unit], found: Sequence[object]) -> None:
        """Insist on the answers that the model gives when it is asked in the same order."""
        positions = self.run(positions_of(self.stores[0]))
        running = set[object]()
        for unit, observed in zip(asked, found, strict=True):
            key = request_key(unit.asking)
            if key is not None and key in running:
                assert isinstance(observed, RequestIsStillRunning)
                continue
            running.add(key)
            self.model, expected = self.model.ask(unit)
            left = isinstance(observed, asyncio.CancelledError)
            assert left or agrees(expected, observed, positions), f"{observed!r} is not {expected!r}"

    def explain(self, asked: Sequence[Unit], found: Sequence[object]) -> None:
        """Insist on an order in which the model gives these answers and holds what the log holds."""
        positions = self.run(positions_of(self.stores[0]))
        written = read(self.run(whole_log(self.stores[0])))
        took_effect = [
            (unit, observed)
            for unit, observed in zip(asked, found, strict=True)
            if not isinstance(observed, TooManyWriters | RequestIsStillRunning)
        ]
        explained = explanation(self.model, took_effect, positions, written)
        assert explained is not None, f"no order explains {found!r}"
        self.model = explained


def explanation(
    model: Model, left: Sequence[tuple[Unit, object]], positions: Mapping[Place, int], written: object
) -> Model | None:
    """Return the model after units in some order that explains their answers, if there is one."""
    if not left:
        return model if model.written() == written else None
    for number, (unit, observed) in enumerate(left):
        after, expected = model.ask(unit)
        if agrees(expected, observed, positions):
            found = explanation(after, [*left[:number], *left[number + 1 :]], positions, written)
            if found is not None:
                return found
    return None


async def answers(store: Store, batch: Sequence[Unit], leaves: int | None = None) -> list[object]:
    """Ask for all at the same moment; who leaves does so when all have asked."""
    asked = [asyncio.create_task(store.commits.submit(unit)) for unit in batch]
    if leaves is not None:
        await asyncio.sleep(0)
        asked[leaves].cancel()
    return list(await asyncio.gather(*asked, return_exceptions=True))


async def positions_of(store: Store) -> dict[Place, int]:
    """Return where each event of the log is."""
    return {(each.envelope.stream, each.version): each.position for each in await whole_log(store)}


def streams_of(found: Sequence[Any]) -> dict[str, list[Any]]:
    """Return a log by stream."""
    streams: dict[str, list[Any]] = {}
    for each in found:
        streams.setdefault(each.envelope.stream, []).append(each)
    return streams


def drive(lender: Lender, examples: int) -> None:
    """Drive a machine through so many schedules."""
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
    machine = type("LentStoreMachine", (StoreMachine,), {"lender": lender})
    run_state_machine_as_test(machine, settings=chosen)


def test_a_store_in_a_file_keeps_its_promises_through_any_schedule() -> None:
    drive(Files(), examples=20)


@pytest.mark.postgres
def test_a_store_in_postgres_keeps_its_promises_through_any_schedule(request: pytest.FixtureRequest) -> None:
    drive(request.config.stash[SERVER], examples=10)
