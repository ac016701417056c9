"""Loading a company through the public HTTP API. Sent twice, it is there once: every request has a key of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from attain.client import Client, RequestWasRefused, key_of
from attain.company import Company, Delivery, Request, Stage

BATCH_SIZE = 500
"""Deliveries sent as one batch."""

REQUESTS_MAX = 16
"""Requests under way at once."""

HEARING_SECONDS_MAX = 30.0
RETRY_SECONDS = 0.1
NOT_HEARD_YET = "/problems/person-is-unknown"
"""What a service answers before it has heard of a person whom another one has taken on."""

Progress = Callable[[str, int], None]
"""Is told the name of what was sent, and how many of it."""

DEALS = "deals"
"""What progress calls deliveries."""


class DeliveryWasParked(Exception):
    """What the CRM delivered was not understood; the message has the first of them."""


async def is_loaded(client: Client, company: Company) -> bool:
    """Say whether the whole company is there: what is sent last is."""
    return bool((await client.ask(company.last))["items"])


async def load(client: Client, company: Company, progress: Progress) -> None:
    """Send a company: stage by stage, then the deliveries in batches, in time order, then the last stages."""
    for stage in company.before:
        await send_stage(client, company, stage, progress)
    for start in range(0, len(company.deliveries), BATCH_SIZE):
        await send_batch(client, company, start, company.deliveries[start : start + BATCH_SIZE], progress)
    for stage in company.after:
        await send_stage(client, company, stage, progress)


async def send_stage(client: Client, company: Company, stage: Stage, progress: Progress) -> None:
    """Send the requests of a stage side by side."""

    async def send(request: Request) -> None:
        await send_request(client, company, request)
        progress(stage.name, 1)

    await side_by_side([partial(send, request) for request in stage.requests])


async def send_request(client: Client, company: Company, request: Request) -> None:
    """Send a request, again and again for a while if its service has not heard yet of the person whom it names."""
    clock = asyncio.get_running_loop().time
    until = clock() + HEARING_SECONDS_MAX
    while True:
        try:
            await client.command(request, key_of(company.name, request))
        except RequestWasRefused as refused:
            if refused.kind != NOT_HEARD_YET or clock() > until:
                raise
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def send_batch(
    client: Client, company: Company, start: int, deliveries: Sequence[Delivery], progress: Progress
) -> None:
    """Send deliveries as one batch. Raises `DeliveryWasParked` if one of them was."""
    answer = await client.deliver(company.source, f"{company.name}-batch-{start:06}", deliveries)
    refuse_parked(answer)
    progress(DEALS, len(deliveries))


async def send_singly(client: Client, company: Company, deliveries: Sequence[Delivery], progress: Progress) -> None:
    """Send the first of the company's deliveries one by one, some of them side by side."""

    async def send(number: int, delivery: Delivery) -> None:
        refuse_parked(await client.deliver_one(company.source, f"{company.name}-{number:06}", delivery))
        progress(DEALS, 1)

    await side_by_side([partial(send, number, delivery) for number, delivery in enumerate(deliveries)])


async def side_by_side(sendings: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Send several things at once, not too many. Raises what went wrong first; the others are then given up."""
    turns = asyncio.Semaphore(REQUESTS_MAX)

    async def in_turn(send: Callable[[], Awaitable[None]]) -> None:
        async with turns:
            await send()

    try:
        async with asyncio.TaskGroup() as group:
            for send in sendings:
                group.create_task(in_turn(send))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def refuse_parked(answer: Any) -> None:
    """Raise `DeliveryWasParked` if an answer to a delivery says that something was."""
    if answer["parked"]:
        raise DeliveryWasParked(answer["parked"][0])
