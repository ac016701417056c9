"""One service's telemetry: a span and some numbers for each batch that its loops handle."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic
from typing import Any

from opentelemetry.context import Context
from opentelemetry.metrics import Histogram, Meter, NoOpMeter
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    NoOpTracer,
    Span,
    SpanKind,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from events.telemetry import conventions as names
from events.telemetry.links import causes, traceparent_of
from events.telemetry.tally import Tally, show
from events.wire.promises import Delivered, Message

Attributes = Mapping[str, str | int]

_UNTRACED = nullcontext(INVALID_SPAN)
_UNTOLD: AbstractContextManager[str | None] = nullcontext(None)


class Telemetry:
    """What loops call, once for each batch. `system` names the wire; `seconds` is a clock that only goes forward."""

    def __init__(
        self, tracer: Tracer, meter: Meter, system: str = "attain", seconds: Callable[[], float] = monotonic
    ) -> None:
        self.seconds = seconds
        self.tally = Tally()
        self.is_tracing = not isinstance(tracer, NoOpTracer)
        self._tracer = tracer
        self._system = system
        self._hole: tuple[int, float] | None = None
        self._appends = in_seconds(meter, names.APPEND_DURATION, "The longest wait in a batch, until it was durable.")
        self._groups = meter.create_histogram(
            names.GROUP_SIZE,
            "{command}",
            "Commands in one transaction.",
            explicit_bucket_boundaries_advisory=names.SIZES,
        )
        self._derivations = in_seconds(meter, names.DERIVATION_DURATION, "Time to derive a batch of keys.")
        self._operations = in_seconds(meter, names.OPERATION_DURATION, "Time until the wire has taken a batch.")
        self._processes = in_seconds(meter, names.PROCESS_DURATION, "Time to record a batch of messages.")
        show(self.tally, meter)

    @contextmanager
    def appending(self, traceparents: Iterable[str | None], count: int, since: float) -> Generator[None]:
        """Watch a batch of commands; `since` is when the one that waits longest was submitted."""
        with self._over("append", SpanKind.INTERNAL, traceparents, {names.COMMAND_COUNT: count}):
            yield
        self._appends.record(self.seconds() - since)
        self._groups.record(count)

    def projecting(self, origin: str, count: int) -> AbstractContextManager[Any]:
        """Watch the read models of a batch of events; part of what appends them."""
        if not self.is_tracing or not get_current_span().is_recording():
            return _UNTRACED
        attributes = {names.ORIGIN: origin, names.EVENT_COUNT: count}
        return self._tracer.start_as_current_span("project", attributes=attributes)

    @contextmanager
    def sending(self, topic: str, messages: Sequence[Message]) -> Generator[None]:
        """Watch a batch go to the wire."""
        traceparents = (message.headers.get("traceparent") for message in messages)
        attributes = self._messaging("send", topic)
        counted = attributes | {names.MESSAGE_COUNT: len(messages)}
        with (
            timed(self._operations, attributes, self.seconds),
            self._over(f"send {topic}", SpanKind.PRODUCER, traceparents, counted),
        ):
            yield
        self.tally.sent[topic] += len(messages)

    @contextmanager
    def processing(self, topic: str, group: str, batch: Sequence[Delivered]) -> Generator[None]:
        """Watch a batch that was heard from a topic take effect."""
        self.tally.consumed[topic] += len(batch)
        traceparents = (each.message.headers.get("traceparent") for each in batch)
        attributes = self._messaging("process", topic) | {names.CONSUMER_GROUP: group}
        counted = attributes | {names.MESSAGE_COUNT: len(batch)}
        with (
            timed(self._processes, attributes, self.seconds),
            self._over(f"process {topic}", SpanKind.CONSUMER, traceparents, counted),
        ):
            yield

    @contextmanager
    def deriving(self, derivation: str, count: int, traceparents: Iterable[str | None]) -> Generator[str | None]:
        """Watch a batch of keys being derived; gives the `traceparent` of what it tells."""
        attributes = {names.DERIVATION: derivation}
        with (
            timed(self._derivations, attributes, self.seconds),
            self._over("derive", SpanKind.INTERNAL, traceparents, attributes | {names.KEY_COUNT: count}) as span,
        ):
            yield traceparent_of(span)

    def appended(self, origin: str, count: int, changed: Mapping[str, int]) -> None:
        """Count events that are durable now, and the rows of read models that they changed."""
        self.tally.appended[origin] += count
        self.tally.projected.update(changed)

    def refused(self, refusal: type[BaseException]) -> None:
        """Count a command that was not done, by the rule that refused it; a bug counts by its error."""
        self.tally.refused[refusal.__name__] += 1

    def saw_hole(self, position: int | None) -> None:
        """Note the first position that the relay waits for, if it waits for one."""
        if position is None:
            self._hole = None
        elif self._hole is None or self._hole[0] != position:
            self._hole = (position, self.seconds())

    @property
    def hole_seconds(self) -> float:
        """For how long the relay has waited for the same position; 0 when it waits for none."""
        return 0.0 if self._hole is None else self.seconds() - self._hole[1]

    def _messaging(self, operation: str, topic: str) -> dict[str, str | int]:
        return {
            names.SYSTEM: self._system,
            names.OPERATION_NAME: operation,
            names.OPERATION_TYPE: operation,
            names.DESTINATION: topic,
        }

    def _over(
        self, name: str, kind: SpanKind, traceparents: Iterable[str | None], attributes: Attributes
    ) -> AbstractContextManager[Span]:
        """Begin the span of a batch, linked to where it comes from: the child of its only cause, else a new trace."""
        if not self.is_tracing:
            return _UNTRACED
        found = causes(traceparents)
        if not found:
            return _UNTRACED
        # Never in the current context: the task may have been started by whoever happened to come first.
        context = Context() if len(found) > 1 else set_span_in_context(NonRecordingSpan(found[0]), Context())
        return self._tracer.start_as_current_span(
            name, context=context, kind=kind, attributes=attributes, links=[Link(cause) for cause in found]
        )


def in_seconds(meter: Meter, name: str, description: str) -> Histogram:
    """Return a histogram of durations."""
    return meter.create_histogram(name, "s", description, explicit_bucket_boundaries_advisory=names.SECONDS)


@contextmanager
def timed(histogram: Histogram, attributes: Attributes, seconds: Callable[[], float]) -> Generator[None]:
    """Record how long something takes, and what it failed with if it failed."""
    began = seconds()
    try:
        yield
    except BaseException as error:
        histogram.record(seconds() - began, {**attributes, names.ERROR_TYPE: type(error).__qualname__})
        raise
    histogram.record(seconds() - began, attributes)


SILENT = Telemetry(NoOpTracer(), NoOpMeter(names.SCOPE))
"""Telemetry that nobody listens to."""
