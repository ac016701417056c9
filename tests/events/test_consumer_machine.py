"""Whatever is doubled, repeated, cut off, parked and healed between them, all who listen hear everything once."""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events import consumer, relay
from events.domain import Recorded
from events.execute import execute
from events.store import log, readers
from events.store.tail import PREFIX, Tail
from events.wire.promises import Message
from tests.conftest import SERVER
from tests.events.grocer import ROTTEN, ApplesPickedV1, basket, broken, messages, publish
from tests.events.hearsay import LARGE, is_hopeless
from tests.events.interrupted_wire import InterruptedWire, Interruption, nothing
from tests.events.listening import TOPIC, from_the_beginning
from tests.events.orchard import TREE, Pick, Plant
from tests.events.shops import EVERYTHING, STREAM, Shop
from tests.events.stores import asking, open_orchard
from tests.events.test_store_machine import Files, Lender

T = TypeVar("T")

TREES = ("t1", "t2", "t3")
STRAY = "stray"
"""A tree of which news come in any order."""

PAGE_SIZE = 5
"""Of what the relay tells at once."""

PLACES_OF_CONSUMERS = ((0, 0), (0, 1), (1, 0))
"""Two consumers hear for the first shop, one for the second."""

who = st.sampled_from(PLACES_OF_CONSUMERS)
which = st.sampled_from((0, 1))
sizes = st.integers(1, 12)
counts = st.sampled_from((0, 1, 2, 3, 4, LARGE, ROTTEN))


async def die() -> None:
    """End the process here."""
    raise asyncio.CancelledError


class ConsumerMachine(RuleBasedStateMachine):
    """An orchard that tells, a wire, and two shops that hear, beside a model of what each should know."""

    lender: ClassVar[Lender]

    def __init__(self) -> None:
        super().__init__()
        self.lent = ExitStack()
        self.loop = self.lent.enter_context(asyncio.Runner())
        folder = Path(self.lent.enter_context(TemporaryDirectory()))
        self.orchard = self.run(open_orchard(f"sqlite:///{folder / 'orchard.sqlite'}"))
        self.wire = self.run(InterruptedWire.open(folder / "wire.sqlite"))
        urls = [self.lent.enter_context(self.lender.database()) for _ in range(2)]
        self.shops = [self.run(Shop.of(url, count)) for url, count in zip(urls, (2, 1), strict=True)]

    def run(self, body: Coroutine[Any, Any, T]) -> T:
        """Run something to its end."""
        return self.loop.run(body)

    @initialize()
    def plant(self) -> None:
        """Begin with trees."""
        for tree in TREES:
            self.run(execute(self.orchard, TREE, tree, Plant(), asking()))

    @rule(tree=st.sampled_from(TREES), picked=st.lists(counts, min_size=1, max_size=5))
    def pick(self, tree: str, picked: list[int]) -> None:
        """Let something happen in the orchard."""
        self.run(execute(self.orchard, TREE, tree, Pick(baskets=tuple(picked)), asking()))

    @rule(before=st.sampled_from((nothing, nothing, die)), after=st.sampled_from((nothing, nothing, die)))
    def tell(self, before: Interruption, after: Interruption) -> None:
        """Tell a page of it; the relay may die before it has sent, or before it has moved its mark."""
        self.wire.before, self.wire.after = before, after
        try:
            self.run(self.tell_page())
        except asyncio.CancelledError:
            assert die in (before, after)
        finally:
            self.wire.before = self.wire.after = nothing

    async def tell_page(self) -> bool:
        """Tell what is behind the mark."""
        mark = await self.orchard.read(lambda reading: readers.mark_of(reading, PREFIX))
        tail = Tail(self.orchard.database, mark)
        return await relay.relay_page(self.orchard.journal, self.wire, "orchard", publish, tail)

    @rule(start=st.integers(0, 40), count=sizes)
    def double(self, start: int, count: int) -> None:
        """Send some of what was sent again."""
        self.run(self.wire.send(TOPIC, self.run(self.sent())[start : start + count]))

    async def sent(self) -> list[Message]:
        """Return everything on the wire."""
        async with self.wire.reader("all", [TOPIC], from_the_beginning) as reader:
            return [each.message for each in await reader.read(EVERYTHING, 0.0)]

    @rule(sequence=st.integers(1, 9), count=counts)
    def stray(self, sequence: int, count: int) -> None:
        """Send news of a tree that come in any order."""
        self.run(self.wire.send(TOPIC, messages(basket(STRAY, sequence, count))))

    @rule(sequence=st.integers(1, 9), number=st.integers(1, 3))
    def scribble(self, sequence: int, number: int) -> None:
        """Send what nobody can read, and what is no letter."""
        scribbled = Message(key=TREES[0], headers={}, value=b"%d" % number)
        self.run(self.wire.send(TOPIC, [*messages(broken(STRAY, sequence)), scribbled]))

    @rule(whom=who, size=sizes, writes=st.sampled_from((None, None, 0, 1, 2, 3)))
    def hear(self, whom: tuple[int, int], size: int, writes: int | None) -> None:
        """Hear a batch, perhaps die after some writes."""
        shop = self.shops[whom[0]]
        self.run(shop.consumers[whom[1]].hear(self.wire, size, writes))
        self.run(shop.catch_up(self.wire))

    @rule(whom=who, size=sizes, steps=st.integers(0, 30))
    def hear_and_be_cut_off(self, whom: tuple[int, int], size: int, steps: int) -> None:
        """Hear, and be cancelled wherever that is after some steps of the loop."""
        shop = self.shops[whom[0]]
        self.run(shop.consumers[whom[1]].hear_and_be_cut_off(self.wire, size, steps))
        self.run(shop.catch_up(self.wire))

    @rule(size=sizes, other=sizes)
    def hear_both(self, size: int, other: int) -> None:
        """Let two consumers of a shop hear at the same moment."""
        shop = self.shops[0]

        async def both() -> None:
            one, two = shop.consumers
            await asyncio.gather(one.hear(self.wire, size, None), two.hear(self.wire, other, None))

        self.run(both())
        self.run(shop.catch_up(self.wire))

    @rule(whom=who, size=sizes, back=st.integers(1, 9))
    def hear_again(self, whom: tuple[int, int], size: int, back: int) -> None:
        """Hear again what was heard before."""
        shop = self.shops[whom[0]]
        self.run(shop.consumers[whom[1]].hear_again(self.wire, size, back))
        self.run(shop.catch_up(self.wire))

    @rule(number=which, chosen=st.integers(0, 20))
    def retry(self, number: int, chosen: int) -> None:
        """Retry something that waits."""
        shop = self.shops[number]
        waiting = self.run(shop.letters())
        if waiting:
            entry = waiting[chosen % len(waiting)]
            assert self.run(shop.retry(entry)) == shop.hearsay.retry(entry.stream.removeprefix(STREAM))

    @rule(number=which)
    def drop_hopeless(self, number: int) -> None:
        """Drop what no release will ever record."""
        self.run(self.drop_from(self.shops[number]))

    async def drop_from(self, shop: Shop) -> None:
        """Drop what is hopeless in one shop."""
        for entry in await shop.letters():
            waiting = shop.hearsay.waiting[entry.stream.removeprefix(STREAM)]
            if is_hopeless(waiting[entry.sequence]):
                await shop.drop(entry)
                del waiting[entry.sequence]

    @rule(number=which, today=st.sampled_from((False, False, False, True)))
    def restart(self, number: int, today: bool) -> None:
        """Open a shop anew, perhaps with today's release; nobody goes back to the last one."""
        shop = self.shops[number]
        self.run(shop.reopen(today=today or shop.hearsay.reads_large))

    @invariant()
    def everybody_knows_what_they_should(self) -> None:
        """Compare each shop with its model."""
        for shop in self.shops:
            self.run(shop.compare())

    def teardown(self) -> None:
        """Let everything be told, heard and healed: then nothing is lost and nothing doubled. Give all back."""
        try:
            self.run(self.settle())
        finally:
            for shop in self.shops:
                self.run(shop.close())
            self.run(self.wire.aclose())
            self.run(self.orchard.close())
            self.lent.close()

    async def settle(self) -> None:
        """Compare the orchard's own log with what each shop has in the end."""
        while await self.tell_page():
            pass
        rows = await self.orchard.read(lambda reading: log.page(reading, 0, EVERYTHING))
        happened = [log.recorded(self.orchard.journal.codec, row) for row in rows]
        told = {(each.envelope.stream, each.version): each.envelope.id for each in happened if should_be_heard(each)}
        for shop in self.shops:
            await shop.reopen(today=True)
            while await shop.hear_on(self.wire):
                pass
            await self.drop_from(shop)
            for entry in await shop.letters():
                if entry.id in {each.id for each in await shop.letters()}:
                    assert await shop.retry(entry)
                    assert shop.hearsay.retry(entry.stream.removeprefix(STREAM))
            await shop.compare()
            assert await shop.known({f"tree-{tree}" for tree in TREES}) == told


def should_be_heard(recorded: Recorded[Any]) -> bool:
    """Say whether an event of the orchard is in the log of whoever listens, in the end."""
    contract = publish(recorded)
    return contract is not None and contract != ApplesPickedV1(count=ROTTEN)


def drive(lender: Lender, examples: int) -> None:
    """Drive a machine through so many schedules."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
        # Shortening a schedule takes minutes: whoever looks for the cause of a failure adds Phase.shrink.
        phases=(Phase.generate,),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
    machine = type("LentConsumerMachine", (ConsumerMachine,), {"lender": lender})
    run_state_machine_as_test(machine, settings=chosen)


def test_shops_in_files_hear_everything_once_through_any_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BATCH_SIZE_MAX", PAGE_SIZE)
    monkeypatch.setattr(consumer, "BATCH_SIZE_MAX", PAGE_SIZE)
    drive(Files(), examples=16)


@pytest.mark.postgres
def test_shops_in_postgres_hear_everything_once_through_any_schedule(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH_SIZE_MAX", PAGE_SIZE)
    monkeypatch.setattr(consumer, "BATCH_SIZE_MAX", PAGE_SIZE)
    drive(request.config.stash[SERVER], examples=5)
