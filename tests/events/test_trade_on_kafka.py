"""Generations and lost topics where production has them: in Kafka, whose topics are deleted, made and emptied."""

import asyncio
import random
import string
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from events.generations import topic_of
from events.opening import Store
from events.restoring import restore
from events.wire.kafka.settings import settings_of
from events.wire.kafka.wire import KafkaWire
from events.wire.opening import open_wire
from tests.events.backups import RECOVERY, Safe, opened
from tests.events.grocer import open_grocer
from tests.events.trade import (
    Trade,
    heard_of,
    pick,
    pick_all_day,
    plant,
    published_of,
    republish,
    sent_ids,
    until,
)

pytestmark = [pytest.mark.kafka, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

TREES = tuple(f"t{number}" for number in range(8))


@pytest.fixture
async def trade(store: Store, second_url: str, kafka_url: str) -> AsyncGenerator[Trade]:
    """A trade over Kafka, in a topic of its own."""
    name = "orchard" + "".join(random.choices(string.ascii_lowercase, k=8))  # noqa: S311 a name, not a secret
    wire, grocer = await open_wire(kafka_url), await open_grocer(second_url)
    await wire.create(topic_of(name))
    yield Trade(orchard=store, grocer=grocer, wire=wire, name=name)
    await grocer.close()
    await wire.aclose()


async def delete(kafka_url: str, topic: str) -> None:
    """Delete a topic, as a person may by mistake."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    await admin.start()
    await admin.delete_topics([topic])
    await admin.close()


async def both_are_stopped(trade: Trade) -> bool:
    return bool(trade.told.reasons) and bool(trade.heard.reasons)


async def none_is_stopped(trade: Trade) -> bool:
    return not trade.told.reasons and not trade.heard.reasons


async def test_history_is_republished_under_load_and_nothing_is_lost_doubled_or_out_of_order(trade: Trade) -> None:
    await plant(trade.orchard, *TREES)
    async with trade.telling(), trade.hearing():
        async with asyncio.TaskGroup() as day:
            work = [day.create_task(pick_all_day(trade.orchard, tree)) for tree in TREES]
            await asyncio.sleep(1)
            await republish(trade)
            await asyncio.sleep(1)
            for each in work:
                each.cancel()
        await until(trade.heard_all)
        await until(trade.told_all)
    assert await heard_of(trade) == await published_of(trade)
    published = sum(map(len, (await published_of(trade)).values()))
    assert len(set(await sent_ids(trade.wire, topic_of(trade.name, 2)))) == published


async def test_a_member_under_a_lasting_name_moves_on_to_the_next_generation(trade: Trade, kafka_url: str) -> None:
    named = replace(trade, wire=KafkaWire(settings_of(kafka_url, {"ATTAIN_KAFKA_INSTANCE": "worker-0"})))
    async with trade.telling(), named.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.heard_all)
        await republish(trade)
        await pick(trade.orchard, "t1", 1)
        await until(trade.heard_all)
    await named.wire.aclose()
    assert await heard_of(trade) == await published_of(trade)


async def test_a_topic_that_is_deleted_and_made_anew_under_load_stops_both_until_it_is_republished(
    trade: Trade, kafka_url: str
) -> None:
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.heard_all)
        await delete(kafka_url, topic_of(trade.name))
        await pick(trade.orchard, "t1", 1)
        await trade.wire.create(topic_of(trade.name))
        await pick(trade.orchard, "t1", 2)
        await until(lambda: both_are_stopped(trade))
        await republish(trade)
        await until(trade.heard_all)
        await until(lambda: none_is_stopped(trade))
    assert await heard_of(trade) == await published_of(trade)


async def test_a_database_that_was_put_back_gets_its_events_back(trade: Trade, database_url: str, safe: Safe) -> None:
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.heard_all)
        copy = safe.copy(database_url)
        await pick(trade.orchard, "t1", 1, 2, 3)
        await until(trade.heard_all)
    recovery = replace(RECOVERY, service=trade.name)
    async with opened(copy) as orchard:
        report = await restore(orchard.journal, trade.wire, recovery)
        assert (report.events_taken_back, report.frozen) == (3, ())
        after = replace(trade, orchard=orchard)
        async with after.telling(), after.hearing():
            await pick(orchard, "t1", 4)
            await until(after.heard_all)
        assert await heard_of(after) == await published_of(after)
