"""An orchard that is watched: its spans and its numbers, as an SDK of OpenTelemetry gets them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from events.asking import Asking
from events.deriving import Derivation
from events.opening import Store, open_store
from events.projector import Projection
from events.store.codec import Codec
from events.telemetry import Telemetry
from tests.events.orchard import TREES
from tests.events.stores import NOON, OWN_EVENTS, asking, noon

Numbers = dict[tuple[str, str], float]


def traced(number: int, *, recorded: bool = True) -> str:
    """Return the `traceparent` of some request; recorded somewhere or not."""
    return f"00-{number:032x}-{number:016x}-0{int(recorded)}"


def asking_in(traceparent: str | None, key: str | None = None) -> Asking:
    """Ask in a trace."""
    plain = asking(key)
    return Asking(
        actor=plain.actor,
        at=NOON,
        correlation_id=plain.correlation_id,
        traceparent=traceparent,
        request=plain.request,
    )


class Watcher:
    """Sees what a telemetry says. Its clock stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0
        self._spans = InMemorySpanExporter()
        tracers = TracerProvider(shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._numbers = InMemoryMetricReader()
        self.meter = MeterProvider([self._numbers], shutdown_on_exit=False).get_meter("tests")
        self.telemetry = Telemetry(tracers.get_tracer("tests"), self.meter, "sqlite", lambda: self.now)

    async def open(
        self,
        url: str,
        projections: Sequence[Projection[Any]] = (TREES,),
        derivations: Sequence[Derivation[Any, Any]] = (),
        codec: Codec | None = None,
    ) -> Store:
        """Open an orchard's store, watched."""
        return await open_store(
            url,
            codec=codec or Codec(OWN_EVENTS),
            clock=noon,
            projections=projections,
            derivations=derivations,
            telemetry=self.telemetry,
        )

    def spans(self, name: str = "") -> list[ReadableSpan]:
        """Return the spans that have ended, those of a name if one is said."""
        return [span for span in self._spans.get_finished_spans() if not name or span.name == name]

    def numbers(self) -> Numbers:
        """Return sums and gauges, added up by their name and the first of their attributes; of histograms the count."""
        seen = self._numbers.get_metrics_data()
        metrics = [
            metric
            for resource in (seen.resource_metrics if seen else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        found: Numbers = {}
        for metric in metrics:
            for point in metric.data.data_points:
                place = (metric.name, first(point.attributes))
                found[place] = found.get(place, 0) + (getattr(point, "value", None) or count(point))
        return found


def first(attributes: Mapping[str, Any] | None) -> str:
    """Return the first value of some attributes."""
    return str(next(iter((attributes or {}).values()), ""))


def count(point: Any) -> float:
    """Return how many measurements a point of a histogram has."""
    return getattr(point, "count", 0)


def links(spans: Iterable[ReadableSpan]) -> set[str]:
    """Return the `traceparent` texts that some spans are linked to."""
    return {text_of(link.context) for span in spans for link in span.links}


def parent(span: ReadableSpan) -> str | None:
    """Return the `traceparent` of a span's parent, if it has one."""
    return None if span.parent is None else text_of(span.parent)


def itself(span: ReadableSpan) -> str:
    """Return a span's own `traceparent`."""
    return text_of(span.get_span_context())


def text_of(context: Any) -> str:
    """Return a context as a `traceparent`."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"
