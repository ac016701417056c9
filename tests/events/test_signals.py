"""A signal wakes whoever waits, loses no ring, and never hides that somebody is told to stop."""

import asyncio

import pytest

from events.running import stop
from events.signals import Signal


async def test_whoever_waits_is_woken_by_the_next_ring() -> None:
    signal = Signal()
    waiting = asyncio.create_task(signal.wait(signal.rings, 60))
    await asyncio.sleep(0)
    signal.ring()
    await waiting


async def test_a_ring_between_looking_and_waiting_is_not_lost() -> None:
    signal = Signal()
    seen = signal.rings
    signal.ring()
    await signal.wait(seen, 60)


async def test_without_a_ring_waiting_ends_after_a_while() -> None:
    signal = Signal()
    await signal.wait(signal.rings, 0.001)
    assert signal.rings == 0


async def test_who_is_cancelled_in_the_moment_of_a_ring_is_cancelled() -> None:
    signal = Signal()
    waiting = asyncio.create_task(signal.wait(signal.rings, 60))
    await asyncio.sleep(0)
    signal.ring()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def deaf(ears: list[int]) -> None:
    """Work for ever, and miss the first word to stop, as a library below may make it happen."""
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if ears:
                raise
            ears.append(1)


async def test_a_loop_that_missed_that_it_is_to_stop_is_told_again() -> None:
    loops = [asyncio.create_task(deaf([])), asyncio.create_task(deaf([1]))]
    await asyncio.sleep(0)
    await stop(loops, again_seconds=0.01)
    assert [loop.cancelled() for loop in loops] == [True, True]
