"""A signal between loops of one process: whoever waits is woken by the next ring, or looks again after a while."""

import asyncio


class Signal:
    """Wakes those who wait. A ring between two waits is not lost."""

    def __init__(self) -> None:
        self._rings = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def rings(self) -> int:
        """How often it rang; pass what was read before looking for work to `wait`."""
        return self._rings

    def ring(self) -> None:
        """Wake everyone who waits."""
        self._rings += 1
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seen: int, seconds: float) -> None:
        """Return when it rings, at once if it has rung since `seen`, or after some seconds."""
        if self._rings != seen:
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(future)
