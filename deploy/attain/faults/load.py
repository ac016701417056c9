"""The load: every deal's deliveries and some commands, each sent with the same id until it is acknowledged."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from attain.client import Client, RequestWasRefused, key_of
from attain.company import Request
from attain.faults import firm
from attain.faults.firm import Story

LANES = 8
PAUSE_SECONDS = 0.02
RETRY_SECONDS = 0.1
ATTEMPT_SECONDS_MAX = 10.0
PATIENCE_SECONDS = 90.0
NOT_ALLOWED = "/problems/plan-is-not-draft"


class NeverAcknowledged(Exception):
    """A request was not acknowledged, however often it was sent."""


@dataclass(kw_only=True)
class Load:
    """What is sent, and what became of it: ids that were acknowledged, ids that were refused by a rule."""

    client: Client
    patience_seconds: float = PATIENCE_SECONDS
    """How long a request is sent again."""

    acknowledged: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])
    problems: Counter[str] = field(default_factory=Counter[str])
    """How often a request was answered with each problem, and sent again."""

    @property
    def retries(self) -> int:
        """How often a request was sent again."""
        return self.problems.total()

    async def run(self) -> None:
        """Send everything. Raises `NeverAcknowledged`."""
        stories = iter(enumerate(firm.stories()))
        lanes = [self._tell(stories) for _ in range(LANES)]
        joining = [self._join(requests, number) for number, requests in enumerate(firm.joiners())]
        await asyncio.gather(*lanes, *joining, *(self._be_refused(each) for each in firm.refused()))

    async def _tell(self, stories: Any) -> None:
        for number, story in stories:
            await self._tell_deal(number, story)

    async def _tell_deal(self, number: int, story: Story) -> None:
        for place, delivery in enumerate(story):
            id_ = f"deal-{number}-{place}"
            answer = await self._until_acknowledged(
                id_, lambda id_=id_, delivery=delivery: self.client.deliver_one(firm.SOURCE, id_, delivery)
            )
            if answer["parked"]:
                raise NeverAcknowledged(f"{id_} was parked: {answer['parked']}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _join(self, requests: Sequence[Request], number: int) -> None:
        await asyncio.sleep(number * 0.7)
        for request in requests:
            key = key_of("faults", request)
            await self._until_acknowledged(key, lambda key=key, request=request: self.client.command(request, key))

    async def _be_refused(self, request: Request) -> None:
        key = key_of("faults", request)
        try:
            await self._until_acknowledged(key, lambda: self.client.command(request, key))
        except RequestWasRefused:
            self.refused.append(key)

    async def _until_acknowledged(self, id_: str, send: Callable[[], Awaitable[Any]]) -> Any:
        clock = asyncio.get_running_loop().time
        until = clock() + self.patience_seconds
        for attempt in count():
            try:
                async with asyncio.timeout(ATTEMPT_SECONDS_MAX):
                    answer = await send()
            except (RequestWasRefused, httpx.TransportError, TimeoutError) as error:
                if isinstance(error, RequestWasRefused) and error.kind == NOT_ALLOWED:
                    raise
                if clock() > until:
                    raise NeverAcknowledged(f"{id_}, sent {attempt + 1} times: {error!r}") from error
                self.problems[error.kind if isinstance(error, RequestWasRefused) else ""] += 1
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.acknowledged.append(id_)
                return answer
        return None

    @asynccontextmanager
    async def under_way(self) -> AsyncGenerator[None]:
        """Send everything beside what is done inside; at the end wait until all is acknowledged."""
        sending = asyncio.create_task(self.run())
        try:
            yield
            await sending
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
