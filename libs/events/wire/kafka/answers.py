"""What to make of a Kafka that does not answer, or not as it should: one error, after which one tries again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiokafka.errors import KafkaError

from events.wire.kafka.settings import KafkaSettings

ANSWER_SECONDS_MAX = 15.0


class KafkaDidNotAnswer(OSError):
    """Kafka is away, refuses, or took too long; the message says where it was asked and what it said."""


@asynccontextmanager
async def answered(settings: KafkaSettings, seconds: float = ANSWER_SECONDS_MAX) -> AsyncGenerator[None]:
    """Ask Kafka something that must be answered in time. Raises `KafkaDidNotAnswer`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        message = f"Kafka at {settings.place} did not answer within {seconds:g} s"
        raise KafkaDidNotAnswer(message) from error
    except KafkaError as error:
        raise refused(settings, error) from error


def refused(settings: KafkaSettings, error: KafkaError) -> KafkaDidNotAnswer:
    """Say what went wrong, and where."""
    return KafkaDidNotAnswer(f"Kafka at {settings.place}: {str(error) or type(error).__name__}")
