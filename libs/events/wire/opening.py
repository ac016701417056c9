"""Which wire a URL means."""

import logging
from collections.abc import Sequence

from events.wire.embedded import EmbeddedWire
from events.wire.promises import Wire

_log = logging.getLogger("attain.wire")


async def open_wire(url: str, topics: Sequence[str] = ()) -> Wire:
    """Open `sqlite:///path`, the embedded wire, or `kafka://host:port[,host:port]`, whose settings say more.

    Raises `TopicsAreUnfit` when `topics` are not there, or not as they must be; the embedded wire makes its own.
    """
    if url.startswith("sqlite:///"):
        return await EmbeddedWire.open(url.removeprefix("sqlite:///"))
    if url.startswith("kafka://"):
        return await open_kafka(url, topics)
    message = f"a wire is sqlite:///… or kafka://…, not {url.split(':', 1)[0]}:…"
    raise ValueError(message)


async def open_kafka(url: str, topics: Sequence[str]) -> Wire:
    """Open a wire in Kafka. One that does not answer now is asked again when it is used: the log can do without."""
    # Whoever runs without Kafka does not wait for its library.
    from events.wire.kafka.answers import KafkaDidNotAnswer  # noqa: PLC0415 as said above
    from events.wire.kafka.settings import settings_of  # noqa: PLC0415 as said above
    from events.wire.kafka.wire import KafkaWire  # noqa: PLC0415 as said above

    wire = KafkaWire(settings_of(url))
    try:
        await wire.require(topics)
    except KafkaDidNotAnswer as error:
        _log.warning("starting without the wire: %s", error)
    return wire
