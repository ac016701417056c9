"""Topics as the wire needs them: checked before they are used, made on request, never changed.

All of a topic's promises lie in its settings: another number of partitions sends keys elsewhere, retention or
compaction lose history that a new subscriber or `attain restored` needs.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from events.domain import Value
from events.wire.kafka.answers import answered
from events.wire.kafka.settings import KafkaSettings
from events.wire.promises import PARTITIONS

REPLICATION = 3
APPEARANCE_SECONDS = 0.05
"""Between two looks whether a topic that was made has its leaders."""

KEPT = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
"""For ever and whole."""

MIN_INSYNC = "min.insync.replicas"
MISSING = "missing"


class Difference(Value, tag=False):
    """One thing about a topic that is not as it must be."""

    topic: str
    setting: str
    wanted: str
    found: str

    @property
    def reason(self) -> str:
        """What is wrong with the topic, for a person."""
        if self.found == MISSING:
            return "is missing: make it by `attain topics`"
        return f"has {self.setting} {self.found}, not {self.wanted}"


class TopicsAreUnfit(OSError):
    """Topics are missing, or are not as the wire needs them; the message names each topic and setting."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__("; ".join(f"topic {each.topic} {each.reason}" for each in differences))
        self.differences = tuple(differences)


async def check_topics(settings: KafkaSettings, topics: Sequence[str]) -> list[Difference]:
    """Return how topics differ from what they must be. Makes and changes nothing."""
    async with asking(settings) as admin:
        return await differences(admin, settings, topics)


async def create_topics(settings: KafkaSettings, topics: Sequence[str]) -> list[str]:
    """Make topics that are missing, and return which; those that are there stay as they are."""
    async with asking(settings) as admin:
        there = await described(admin)
        missing = [topic for topic in topics if topic not in there]
        if missing:
            made = cast("Any", await admin.create_topics(await new_topics(admin, settings, missing)))
            for topic, code, problem in made.topic_errors:
                refuse(code, f"topic {topic}: {problem}", unless=TopicAlreadyExistsError)
        await wait_for_leaders(admin, topics)
        return missing


async def known_topics(settings: KafkaSettings) -> frozenset[str]:
    """Return the topics that there are."""
    async with asking(settings) as admin:
        return frozenset(await described(admin))


async def require_topics(settings: KafkaSettings, topics: Sequence[str]) -> None:
    """Return when topics are fit, made first if the settings say so. Raises `TopicsAreUnfit`."""
    if settings.create_topics:
        await create_topics(settings, topics)
    found = await check_topics(settings, topics)
    if found:
        raise TopicsAreUnfit(found)


@asynccontextmanager
async def asking(settings: KafkaSettings) -> AsyncGenerator[AIOKafkaAdminClient]:
    """Lend a client for questions about topics. Raises `KafkaDidNotAnswer`."""
    async with answered(settings):
        admin = AIOKafkaAdminClient(**settings.connection)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


async def described(admin: AIOKafkaAdminClient) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the partitions of all topics. A question for one by name could make it, where the broker allows that."""
    topics = cast("list[dict[str, Any]]", await admin.describe_topics())
    return {topic["topic"]: topic["partitions"] for topic in topics}


async def differences(admin: AIOKafkaAdminClient, settings: KafkaSettings, topics: Sequence[str]) -> list[Difference]:
    """Return how topics differ from what they must be."""
    there = await described(admin)
    known = [topic for topic in topics if topic in there]
    kept = await configurations(admin, known)
    found = [
        Difference(topic=topic, setting="topic", wanted="there", found=MISSING)
        for topic in topics
        if topic not in there
    ]
    for topic in known:
        found += compared(topic, shape_of(there[topic]) | kept[topic], wanted_of(settings))
    return found


def compared(topic: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[Difference]:
    """Yield the settings of a topic that are not as they must be."""
    for setting, value in wanted.items():
        if found.get(setting) != value:
            yield Difference(topic=topic, setting=setting, wanted=value, found=found.get(setting, "nothing"))


def shape_of(partitions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a topic's shape as settings: its partitions, and the replicas of the one that has fewest."""
    replicas = min((len(partition["replicas"]) for partition in partitions), default=0)
    return {"partitions": str(len(partitions)), "replicas": str(replicas)}


def wanted_of(settings: KafkaSettings) -> dict[str, str]:
    """Return what a topic must be like; replicas only where the settings say how many."""
    wanted = {"partitions": str(PARTITIONS), **KEPT}
    if settings.replication is not None:
        wanted["replicas"] = str(settings.replication)
    if settings.min_insync_replicas is not None:
        wanted[MIN_INSYNC] = str(settings.min_insync_replicas)
    return wanted


async def configurations(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """Return the settings of topics that matter here."""
    names = dict.fromkeys([*KEPT, MIN_INSYNC], "")
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic, names) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources) if resources else ():
        for code, problem, _kind, topic, entries in cast("Any", answer).resources:
            refuse(code, f"topic {topic}: {problem}")
            found[topic] = {entry[0]: entry[1] for entry in entries}
    return found


async def new_topics(admin: AIOKafkaAdminClient, settings: KafkaSettings, topics: Sequence[str]) -> list[NewTopic]:
    """Return topics to be made, with as many replicas as the settings say or the brokers allow."""
    brokers = len((await admin.describe_cluster())["brokers"])
    replication = settings.replication or min(REPLICATION, brokers)
    insync = settings.min_insync_replicas or max(1, replication - 1)
    config = {**KEPT, MIN_INSYNC: str(insync)}
    return [NewTopic(topic, PARTITIONS, replication, topic_configs=config) for topic in topics]


async def wait_for_leaders(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> None:
    """Return when the topics that were made can be used."""
    while not await have_leaders(admin, topics):  # noqa: ASYNC110 a broker tells nobody
        await asyncio.sleep(APPEARANCE_SECONDS)


async def have_leaders(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> bool:
    """Say whether every partition of some topics has somebody who takes messages."""
    there = await described(admin)
    leaders = [[partition["leader"] for partition in there.get(topic, ())] for topic in topics]
    return all(len(each) >= 1 and min(each) >= 0 for each in leaders)


def refuse(code: int, words: str, unless: type[Exception] | None = None) -> None:
    """Raise what an error code of the protocol means."""
    error = for_code(code)
    if code and error is not unless:
        raise error(words)
