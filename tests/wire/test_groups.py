"""What only a broker shows: members of a group that come, go, freeze and are killed while messages flow.

Whatever happens to them, every message takes effect once, and each key's in order.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from events.store.database import Database
from events.wire.kafka.settings import settings_of
from events.wire.kafka.topics import create_topics
from events.wire.kafka.wire import KafkaWire
from events.wire.promises import Delivered, Place, Reader, Wire
from tests.wire.member import prepare, recorded
from tests.wire.peer import numbered, numbers, read_some

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 60.0
SESSION = {"ATTAIN_KAFKA_SESSION_SECONDS": "2"}

pytestmark = pytest.mark.kafka


class Flow:
    """Messages that flow into a topic, numbered, so that it shows when one is missing or comes twice."""

    def __init__(self, wire: Wire, topic: str) -> None:
        self._wire = wire
        self._topic = topic
        self.sent = 0

    async def send(self, count: int) -> None:
        """Send some more."""
        await self._wire.send(self._topic, [numbered("ada", self.sent + number) for number in range(count)])
        self.sent += count


@asynccontextmanager
async def flowing(url: str, topic: str) -> AsyncGenerator[Flow]:
    """Let messages flow into a new topic."""
    await create_topics(settings_of(url, {}), [topic])
    wire = KafkaWire(settings_of(url, {}))
    yield Flow(wire, topic)
    await wire.aclose()


class Company:
    """Processes that are a group, the messages that flow to them, and the database that they share."""

    def __init__(self, words: Sequence[str], database: Database, flow: Flow) -> None:
        self._words = words
        self._database = database
        self._flow = flow
        self.members: list[Process] = []

    async def join(self, name: str) -> Process:
        """Let another member come, and wait until it has something in hand."""
        command = [sys.executable, "-m", "tests.wire.member", *self._words, name]
        member = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, env=os.environ | SESSION)
        self.members.append(member)
        await self.holds(member)
        return member

    async def holds(self, member: Process) -> None:
        """Wait until a member has read a batch, while messages flow."""
        assert member.stdout is not None
        reading = asyncio.create_task(member.stdout.readline())
        while not reading.done():
            await self._flow.send(20)
            await asyncio.wait([reading], timeout=0.05)
        assert await reading == b"holding\n"

    async def has_recorded(self, name: str, count: int) -> None:
        """Wait until a member has recorded so many messages, while more flow."""
        async with asyncio.timeout(SECONDS_MAX):
            while sum(row.member == name for row in await recorded(self._database)) < count:
                await self._flow.send(20)
                await asyncio.sleep(0.05)

    async def has_recorded_everything_once(self) -> None:
        """Wait until every message took effect, then see that none did twice or before an earlier one of its key."""
        async with asyncio.timeout(SECONDS_MAX):
            while len({row.number for row in await recorded(self._database)}) < self._flow.sent:  # noqa: ASYNC110 others write
                await asyncio.sleep(0.1)
        rows = await recorded(self._database)
        assert sorted(row.number for row in rows) == list(range(self._flow.sent))
        by_key: defaultdict[str, list[int]] = defaultdict(list)
        for row in rows:
            by_key[row.key].append(row.number)
        assert all(found == sorted(found) for found in by_key.values())


@pytest.fixture
async def company(kafka_url: str, topic: str, database_url: str) -> AsyncGenerator[Company]:
    """A group of nobody yet."""
    database = await prepare(database_url)
    async with flowing(kafka_url, topic) as flow:
        company = Company((kafka_url, topic, f"{topic}-group", database_url), database, flow)
        yield company
        for member in company.members:
            with suppress(ProcessLookupError):
                member.kill()
            await member.communicate()
    await database.close()


@pytest.mark.system
async def test_members_come_and_go_and_every_message_takes_effect_once(company: Company) -> None:
    ada = await company.join("ada")
    bob = await company.join("bob")
    await company.has_recorded("bob", 40)
    ada.send_signal(signal.SIGTERM)
    await ada.wait()
    await company.join("eve")
    await company.holds(bob)
    bob.kill()
    await company.has_recorded("eve", 200)
    await company.has_recorded_everything_once()


@pytest.mark.system
async def test_a_frozen_member_wakes_with_a_batch_that_others_had_and_changes_nothing(company: Company) -> None:
    ada = await company.join("ada")
    ada.send_signal(signal.SIGSTOP)
    await company.join("bob")
    await company.has_recorded("bob", 200)
    ada.send_signal(signal.SIGCONT)
    await company.holds(ada)
    await company.has_recorded_everything_once()


class Shared:
    """Marks in memory that two readers share, and what each of them has read."""

    def __init__(self) -> None:
        self.marks: dict[Place, int] = {}
        self.asked: Counter[str] = Counter()
        self.read: defaultdict[str, list[Delivered]] = defaultdict(list)

    @asynccontextmanager
    async def joined(self, url: str, topic: str, name: str, *, lasting: bool = False) -> AsyncGenerator[Reader]:
        """Be a member of the group; under a lasting name, or not."""
        wire = KafkaWire(settings_of(url, {"ATTAIN_KAFKA_INSTANCE": name} if lasting else {}))

        async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
            self.asked[name] += 1
            return {place: self.marks.get(place, 0) for place in places}

        async with wire.reader(f"{topic}-group", [topic], offsets) as reader:
            yield reader
        await wire.aclose()

    async def go_on(self, flow: Flow, count: int, **readers: Reader) -> None:
        """Let messages flow until each reader has read that many more."""
        enough = {name: len(self.read[name]) + count for name in readers}
        async with asyncio.timeout(SECONDS_MAX):
            while any(len(self.read[name]) < enough[name] for name in readers):
                await flow.send(10)
                await self.take(**readers)

    async def take(self, **readers: Reader) -> None:
        """Let each reader read a little."""
        for name, reader in readers.items():
            batch = await reader.read(20, 0.05)
            self.marks.update((each.place, each.offset + 1) for each in batch)
            self.read[name] += batch


async def test_what_moved_to_another_member_is_read_there_and_only_there(kafka_url: str, topic: str) -> None:
    shared = Shared()
    async with flowing(kafka_url, topic) as flow, shared.joined(kafka_url, topic, "ada") as ada:
        await shared.go_on(flow, 50, ada=ada)
        async with shared.joined(kafka_url, topic, "bob") as bob:
            await shared.go_on(flow, 50, ada=ada, bob=bob)
        await shared.go_on(flow, 50, ada=ada)
        async with asyncio.timeout(SECONDS_MAX):
            while sum(map(len, shared.read.values())) < flow.sent:
                await shared.take(ada=ada)
        assert await ada.read(100, 0.2) == []
    assert sorted(numbers([*shared.read["ada"], *shared.read["bob"]], "ada")) == list(range(flow.sent))


async def test_a_member_with_a_lasting_name_finds_its_places_again_and_nobody_elses_move(
    kafka_url: str, topic: str
) -> None:
    shared = Shared()
    async with flowing(kafka_url, topic) as flow, shared.joined(kafka_url, topic, "bob", lasting=True) as bob:
        async with shared.joined(kafka_url, topic, "ada", lasting=True) as ada:
            await shared.go_on(flow, 20, ada=ada, bob=bob)
        asked = shared.asked["bob"]
        places = {each.place for each in shared.read["ada"]}
        shared.read.clear()
        async with shared.joined(kafka_url, topic, "ada", lasting=True) as ada:
            await shared.go_on(flow, 20, ada=ada, bob=bob)
        assert shared.asked["bob"] == asked
        assert not places & {each.place for each in shared.read["bob"]}


async def test_while_places_are_shared_out_nothing_is_read_and_nobody_seeks(kafka_url: str, topic: str) -> None:
    shared, asked, answer = Shared(), asyncio.Event(), asyncio.Event()

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        if shared.marks:
            asked.set()
            await answer.wait()
        return {place: shared.marks.get(place, 0) for place in places}

    wire = KafkaWire(settings_of(kafka_url, {}))
    async with flowing(kafka_url, topic) as flow, wire.reader(f"{topic}-group", [topic], offsets) as ada:
        await shared.go_on(flow, 50, ada=ada)
        async with shared.joined(kafka_url, topic, "bob") as bob, asyncio.timeout(SECONDS_MAX):
            await asked.wait()
            for place in shared.marks:
                ada.seek(place, 0)
            assert await ada.read(100, 0.3) == []
            answer.set()
            while sum(map(len, shared.read.values())) < flow.sent:
                await shared.take(ada=ada, bob=bob)
    await wire.aclose()
    assert sorted(numbers([*shared.read["ada"], *shared.read["bob"]], "ada")) == list(range(flow.sent))


async def test_a_reader_whose_marks_cannot_be_had_says_so(kafka_url: str, topic: str) -> None:
    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        raise LookupError(places[0].topic)

    async with flowing(kafka_url, topic) as flow:
        await flow.send(10)
        wire = KafkaWire(settings_of(kafka_url, {}))
        async with wire.reader(topic, [topic], offsets) as reader:
            with pytest.raises(LookupError, match=topic):
                await read_some(reader, 1)
        await wire.aclose()
