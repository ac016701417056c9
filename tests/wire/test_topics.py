"""Topics in Kafka: made as the wire needs them, never changed, and refused by name where they differ."""

import asyncio
import secrets
from collections.abc import Mapping

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from typer.testing import CliRunner

from attain.cli import app
from attain.commands import topics
from events.wire.kafka.settings import KafkaSettings, settings_of
from events.wire.kafka.topics import Difference, TopicsAreUnfit, check_topics, create_topics, known_topics
from events.wire.kafka.wire import KafkaWire
from events.wire.opening import open_wire
from events.wire.promises import Message
from tests.wire.peer import from_the_beginning

pytestmark = pytest.mark.kafka

KEPT = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


@pytest.fixture
def settings(kafka_url: str) -> KafkaSettings:
    """How the broker is reached by one who makes no topics."""
    return settings_of(kafka_url, {})


@pytest.fixture
def topic() -> str:
    """A topic that no other test uses."""
    return f"attain.test-{secrets.token_hex(4)}.v1"


async def make(settings: KafkaSettings, topic: str, partitions: int, config: Mapping[str, str]) -> None:
    admin = AIOKafkaAdminClient(**settings.connection)
    await admin.start()
    await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=dict(config))])
    await admin.close()
    while topic not in await known_topics(settings):  # noqa: ASYNC110 a broker tells nobody
        await asyncio.sleep(0.05)


async def test_a_topic_that_is_made_is_as_it_must_be_and_is_made_once(settings: KafkaSettings, topic: str) -> None:
    assert await create_topics(settings, [topic]) == [topic]
    assert await create_topics(settings, [topic]) == []
    assert await check_topics(settings, [topic]) == []


async def test_a_topic_that_two_make_at_once_is_made(settings: KafkaSettings, topic: str) -> None:
    await asyncio.gather(*(create_topics(settings, [topic]) for _ in range(4)))
    assert await check_topics(settings, [topic]) == []


@pytest.mark.parametrize(
    ("partitions", "config", "setting", "wanted", "found"),
    [
        (6, {}, "partitions", "12", "6"),
        (12, {"retention.ms": "604800000"}, "retention.ms", "-1", "604800000"),
        (12, {"retention.bytes": "1000000"}, "retention.bytes", "-1", "1000000"),
        (12, {"cleanup.policy": "compact"}, "cleanup.policy", "delete", "compact"),
    ],
)
async def test_a_difference_is_named_with_what_is_wanted_and_what_is_found(  # noqa: PLR0917 a table's columns
    settings: KafkaSettings,
    topic: str,
    partitions: int,
    config: Mapping[str, str],
    setting: str,
    wanted: str,
    found: str,
) -> None:
    await make(settings, topic, partitions, KEPT | dict(config))
    difference = Difference(topic=topic, setting=setting, wanted=wanted, found=found)
    assert await check_topics(settings, [topic]) == [difference]
    with pytest.raises(TopicsAreUnfit, match=f"topic {topic} has {setting} {found}, not {wanted}"):
        await KafkaWire(settings).require([topic])


async def test_replicas_are_checked_where_the_settings_say_how_many(kafka_url: str, topic: str) -> None:
    await create_topics(settings_of(kafka_url, {}), [topic])
    wanted = {"ATTAIN_KAFKA_REPLICATION": "3", "ATTAIN_KAFKA_MIN_INSYNC_REPLICAS": "2"}
    assert await check_topics(settings_of(kafka_url, wanted), [topic]) == [
        Difference(topic=topic, setting="replicas", wanted="3", found="1"),
        Difference(topic=topic, setting="min.insync.replicas", wanted="2", found="1"),
    ]


async def test_a_missing_topic_is_made_by_nobody_who_was_not_asked_to(settings: KafkaSettings, topic: str) -> None:
    wire = KafkaWire(settings)
    with pytest.raises(TopicsAreUnfit, match=f"topic {topic} is missing: make it by `attain topics`"):
        await wire.send(topic, [Message(key="deal-1", headers={}, value=b"")])
    with pytest.raises(TopicsAreUnfit, match="attain topics"):
        await wire.ends(topic)
    with pytest.raises(TopicsAreUnfit, match="attain topics"):
        async with wire.reader(topic, [topic], from_the_beginning):
            pass
    assert topic not in await wire.topics()
    await wire.aclose()


async def test_who_opens_the_wire_without_its_topics_is_refused(
    kafka_url: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TopicsAreUnfit, match=topic):
        await open_wire(kafka_url, [topic])
    monkeypatch.setenv("ATTAIN_CREATE_TOPICS", "1")
    wire = await open_wire(kafka_url, [topic])
    assert topic in await wire.topics()
    await wire.aclose()


def test_the_command_makes_what_is_missing_and_fails_where_something_differs(
    kafka_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = secrets.token_hex(4)  # the broker is shared, and so are the topics of services with plain names
    monkeypatch.setattr(topics, "SERVICES", [f"{name}-{company}" for name in topics.SERVICES])

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["topics", "--wire", kafka_url, *words])
        return done.exit_code, done.output

    asyncio.run(make(settings_of(kafka_url, {}), f"attain.goals-{company}.v1.g2", 3, KEPT))
    checked, made, again = run("--check"), run(), run("--check")
    assert [code for code, _ in (checked, made, again)] == [1, 1, 1]
    assert checked[1].count("is missing") == 4
    assert made[1].count("made") == 4
    assert again[1].count("as it must be") == 4
    assert again[1].count("has partitions 3, not 12") == 1


def test_the_command_says_where_it_asked_when_nobody_answers() -> None:
    done = CliRunner().invoke(app, ["topics", "--wire", "kafka://127.0.0.1:9"])
    assert done.exit_code == 1
    assert "Kafka at 127.0.0.1:9" in done.output
