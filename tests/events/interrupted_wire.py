"""The embedded wire with something in its way: what a test wants to happen right before or right after a send."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from events.wire.embedded import EmbeddedWire
from events.wire.promises import Message

Interruption: TypeAlias = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Let it pass."""


class InterruptedWire(EmbeddedWire):
    """Sends as the wire does; `before` and `after` may look around, wait, or fail."""

    before: Interruption = staticmethod(nothing)
    after: Interruption = staticmethod(nothing)

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Send between the two interruptions."""
        await self.before()
        await super().send(topic, messages)
        await self.after()


def failing(times: int) -> Interruption:
    """Return what fails so many times as a network does, then never again."""
    left = iter(range(times))

    async def fail() -> None:
        if next(left, None) is not None:
            raise ConnectionResetError

    return fail
