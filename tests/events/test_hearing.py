"""What others tell is recorded in the own log: once, as it came, in whatever order and however often it comes."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from events import hearing, parked
from events.domain import Recorded, Value
from events.opening import Store
from events.parked import HEARD, Parked
from events.store.codec import Unknown
from events.store.tables import events
from events.wire.cloudevents import Letter, from_structured
from events.wire.promises import Message
from tests.events.grocer import (
    NOON,
    ApplesPickedV1,
    TreePlantedV1,
    basket,
    baskets,
    broken,
    letter,
    messages,
    open_grocer,
)
from tests.events.stores import history, whole_log

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
async def grocer(database_url: str) -> AsyncGenerator[Store]:
    """The grocer's store, empty."""
    opened = await open_grocer(database_url)
    yield opened
    await opened.close()


async def hear(store: Store, *letters: Letter) -> list[Recorded[Value]]:
    return await store.database.write(lambda writing: hearing.hear(writing, store.journal, letters))


async def deliver(store: Store, *delivered: Message) -> None:
    await store.database.write(lambda writing: hearing.hear_messages(writing, store.journal, delivered))


async def shelf(store: Store) -> list[Parked]:
    return await store.read(lambda reading: reading.rows(parked.listed(HEARD), Parked))


async def waiting(store: Store) -> list[tuple[str, int]]:
    return sorted((each.stream, each.sequence) for each in await shelf(store))


async def test_a_letter_is_recorded_with_everything_that_it_says_of_itself(grocer: Store) -> None:
    told = letter(
        "t1",
        3,
        TreePlantedV1(orchard="north"),
        time=NOON - timedelta(days=9),
        causation_id=UUID(int=8),
        traceparent=TRACE,
    )
    await hear(grocer, told)
    [heard] = await whole_log(grocer)
    assert heard.event == TreePlantedV1(orchard="north")
    assert (heard.kind, heard.key) == ("heard-orchard-tree", "t1")
    envelope = heard.envelope
    assert (envelope.id, envelope.stream, envelope.version) == (told.id, "heard-orchard-tree-t1", 3)
    assert (envelope.actor, envelope.occurred_at) == ("/services/orchard", NOON - timedelta(days=9))
    assert (envelope.correlation_id, envelope.causation_id) == (UUID(int=7), UUID(int=8))
    assert (envelope.recorded_at, envelope.traceparent) == (NOON, TRACE)


async def test_a_letter_is_kept_in_the_words_in_which_it_came(grocer: Store) -> None:
    data = b'{ "count": 2, "type": "ApplesPickedV1", "sort": "Boskoop" }'
    await hear(grocer, basket("t1", 1, 2, data=data))
    assert await grocer.read(lambda reading: reading.scalar(select(events.c.data))) == data.decode()
    assert [each.event for each in await whole_log(grocer)] == [ApplesPickedV1(count=2)]


async def test_what_is_known_is_heard_no_second_time(grocer: Store) -> None:
    first, second = basket("t1", 1, 5), basket("t1", 2, 6)
    await hear(grocer, first, first)
    assert await hear(grocer, first, second, second) != []
    assert await hear(grocer, second, first) == []
    assert await baskets(grocer) == {"t1": "5 6"}


async def test_a_stream_may_have_gaps(grocer: Store) -> None:
    await hear(grocer, basket("t1", 2, 5), basket("t1", 9, 6))
    await hear(grocer, basket("t1", 40, 7))
    assert await baskets(grocer) == {"t1": "5 6 7"}


async def test_what_comes_late_is_folded_where_it_belongs(grocer: Store) -> None:
    await hear(grocer, basket("t1", 5, 50), basket("t2", 1, 1))
    await hear(grocer, basket("t1", 2, 20), basket("t2", 2, 2))
    await hear(grocer, basket("t1", 3, 30), basket("t1", 1, 10), basket("t1", 6, 60))
    assert await baskets(grocer) == {"t1": "10 20 30 50 60", "t2": "1 2"}
    [stream] = (await history(grocer, "heard-orchard-tree-t1")).values()
    assert [each.version for each in stream] == [1, 2, 3, 5, 6]


async def test_a_type_that_nobody_knows_is_recorded_and_passed_over(grocer: Store) -> None:
    strange = basket("t1", 1, 1, type="attain.orchard.TreeGrafted.v1", data=b'{"type":"TreeGraftedV1"}')
    foreign = basket("t1", 2, 1, type="com.example.TreePainted", data=b'"green"')
    await hear(grocer, strange, foreign, basket("t1", 3, 4))
    assert [each.event for each in await whole_log(grocer)] == [
        Unknown(name="TreeGraftedV1", data='{"type":"TreeGraftedV1"}'),
        Unknown(name="com.example.TreePainted", data='"green"'),
        ApplesPickedV1(count=4),
    ]
    assert await baskets(grocer) == {"t1": "4"}


async def test_a_release_that_knows_more_reads_what_was_passed_over(database_url: str) -> None:
    before = await open_grocer(database_url, types=[TreePlantedV1])
    await hear(before, letter("t1", 1, TreePlantedV1(orchard="north")), basket("t1", 2, 4))
    assert await baskets(before) == {"t1": ""}
    await before.close()
    today = await open_grocer(database_url, version=2)
    await hear(today, basket("t1", 3, 5))
    assert await baskets(today) == {"t1": "4 5"}
    await today.close()


@pytest.mark.parametrize(
    "data",
    [b'{"type":"ApplesPickedV1","count":', b'{"type":"ApplesPickedV1","count":"five"}', b"", b"\xff\xfe", b"1,2"],
)
async def test_what_cannot_be_read_waits_with_all_that_is_later_in_its_stream(grocer: Store, data: bytes) -> None:
    poison = basket("t1", 2, 0, data=data)
    await hear(grocer, basket("t1", 1, 1), poison, basket("t1", 3, 3), basket("t2", 1, 7))
    await hear(grocer, basket("t1", 4, 4), basket("t2", 2, 8))
    assert await baskets(grocer) == {"t1": "1", "t2": "7 8"}
    assert await waiting(grocer) == [("heard-orchard-tree-t1", number) for number in (2, 3, 4)]
    found = {each.sequence: each for each in await shelf(grocer)}
    assert "attain.orchard.ApplesPicked.v1" in found[2].problem or "ApplesPickedV1" in found[2].problem
    assert found[4].problem == "an earlier event of its stream is parked"
    assert [from_structured(found[number].box).data for number in (2, 3)] == [data, basket("t1", 3, 3).data]


async def test_data_that_are_not_json_are_parked_even_if_nobody_knows_their_type(grocer: Store) -> None:
    await hear(grocer, basket("t1", 1, 1, type="com.example.TreePainted", data=b"green\x00"))
    assert await waiting(grocer) == [("heard-orchard-tree-t1", 1)]


async def test_data_that_are_not_json_cannot_speak_for_the_letter_around_them(grocer: Store) -> None:
    await hear(grocer, basket("t1", 1, 1, data=b'{},"subject":"tree-t2"'))
    [entry] = await shelf(grocer)
    assert from_structured(entry.box).subject == "tree-t1"


async def test_what_waits_is_not_doubled_when_it_comes_again(grocer: Store) -> None:
    poison, later = broken("t1", 1), basket("t1", 2, 2)
    await hear(grocer, poison, poison, later)
    await hear(grocer, later, poison)
    await hear(grocer, poison)
    assert await waiting(grocer) == [("heard-orchard-tree-t1", 1), ("heard-orchard-tree-t1", 2)]


async def test_a_message_that_is_no_letter_is_parked_whole_and_the_rest_go_on(grocer: Store) -> None:
    [good, other] = messages(basket("t1", 1, 1), basket("t2", 1, 2))
    headers = {name: value for name, value in good.headers.items() if name != "ce_time"}
    bad = Message(key="tree-t1", headers=headers, value=b"\x00\xff")
    await deliver(grocer, bad, good, other)
    await deliver(grocer, bad)
    [entry] = await shelf(grocer)
    assert (entry.source, entry.stream, entry.sequence) == (hearing.MALFORMED, "tree-t1", 0)
    assert "time" in entry.problem
    assert msgspec.json.decode(entry.box, type=Message) == bad
    assert await baskets(grocer) == {"t1": "1", "t2": "2"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_subject", "tree-\x00"),
        ("ce_sequence", "9" * 5_000),
        ("ce_sequence", str(2**63)),
        ("traceparent", "\x00"),
        ("ce_specversion", ""),
    ],
)
async def test_a_message_that_no_database_could_keep_is_parked(grocer: Store, name: str, value: str) -> None:
    [good] = messages(basket("t1", 1, 1))
    bad = Message(key="tree-\x00", headers={**good.headers, name: value}, value=good.value)
    await deliver(grocer, bad, good)
    assert [each.stream for each in await shelf(grocer)] == ["tree-\N{REPLACEMENT CHARACTER}"]
    assert await baskets(grocer) == {"t1": "1"}
