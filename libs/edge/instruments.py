"""What a service's telemetry goes through, set up as OpenTelemetry's own variables say (`OTEL_…`).

Numbers are always kept, for `/metrics`. Spans are made only where somebody takes them: `OTEL_EXPORTER_OTLP_ENDPOINT`
sends both to a collector (OTLP over HTTP), `OTEL_TRACES_EXPORTER=console` prints spans, `OTEL_SDK_DISABLED=true` turns
everything off. Each service of a process has instruments of its own, so that they keep their names.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import Meter, NoOpMeter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import NoOpTracer, Tracer
from prometheus_client import CollectorRegistry, generate_latest

from edge.sampling import WithItsCauses
from events.telemetry import Telemetry
from events.telemetry.conventions import SCOPE, SECONDS
from events.telemetry.links import LINKS_MAX

NAMESPACE = "attain"
CLOSE_SECONDS_MAX = 1.0
"""How long the end of a process waits for a collector to take the last spans and numbers."""


class ExporterIsUnknown(Exception):
    """An `OTEL_…` variable asks for what Attain does not do. The message says what it does."""


class Instruments:
    """One service's tracer and meter, and what its log and its HTTP layer measure with them.

    `tracer` and `meter` do nothing where none is given.
    """

    def __init__(self, tracer: Tracer | None = None, meter: Meter | None = None, system: str = SCOPE) -> None:
        self.tracer = tracer or NoOpTracer()
        self.meter = meter or NoOpMeter(SCOPE)
        self.log = Telemetry(self.tracer, self.meter, system)
        self.requests = self.meter.create_histogram(
            "http.server.request.duration",
            "s",
            "How long requests took.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self.registry = CollectorRegistry()
        self.closing: list[Callable[[], None]] = []
        self._one_at_a_time = asyncio.Lock()

    async def exposition(self) -> bytes:
        """Return all numbers as Prometheus reads them. Gathered in a thread, so that gauges can ask the loop."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(generate_latest, self.registry)

    async def close(self) -> None:
        """Send what has not been sent; a collector that does not answer soon is not waited for."""
        if self.closing:
            closing = threading.Thread(target=self._close, name="telemetry", daemon=True)
            closing.start()
            await asyncio.to_thread(closing.join, CLOSE_SECONDS_MAX)

    def _close(self) -> None:
        for close in self.closing:
            close()


def instruments_of(service: str, version: str, system: str) -> Instruments:
    """Return a service's instruments as the environment says. Raises `ExporterIsUnknown`."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return Instruments()
    said = os.environ.get("OTEL_SERVICE_NAME") or service
    resource = Resource.create({"service.name": said, "service.namespace": NAMESPACE, "service.version": version})
    readers, registry = metric_readers()
    meters = MeterProvider(readers, resource, shutdown_on_exit=False)
    closing: list[Callable[[], None]] = [meters.shutdown]
    tracer: Tracer | None = None
    processor = span_processor()
    if processor is not None:
        limits = SpanLimits(max_links=int(os.environ.get("OTEL_SPAN_LINK_COUNT_LIMIT", LINKS_MAX)))
        tracers = TracerProvider(resource=resource, shutdown_on_exit=False, span_limits=limits)
        tracers.sampler = WithItsCauses(tracers.sampler)
        tracers.add_span_processor(processor)
        tracer = tracers.get_tracer(SCOPE, version)
        closing.insert(0, tracers.shutdown)
    made = Instruments(tracer, meters.get_meter(SCOPE, version), system)
    made.registry, made.closing = registry, closing
    return made


def span_processor() -> SpanProcessor | None:
    """Return what spans go to, if they go anywhere."""
    match exporter_of("TRACES"):
        case "otlp":
            return BatchSpanProcessor(OTLPSpanExporter())
        case "console":
            return SimpleSpanProcessor(ConsoleSpanExporter(out=sys.stderr))
        case _:
            return None


def metric_readers() -> tuple[list[MetricReader], CollectorRegistry]:
    """Return who reads the numbers: `/metrics`, by its registry, and whoever they are sent to."""
    registry = CollectorRegistry()
    readers: list[MetricReader] = [
        PrometheusMetricReader(
            scope_info_enabled=False, resource_attribute_filter=lambda name: name == "service.name", registry=registry
        )
    ]
    match exporter_of("METRICS"):
        case "otlp":
            readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
        case "console":
            readers.append(PeriodicExportingMetricReader(ConsoleMetricExporter(out=sys.stderr)))
        case _:
            pass
    return readers, registry


def exporter_of(signal: str) -> str:
    """Return who takes a signal: otlp, console or none; otlp where an endpoint is set and nothing else is said.

    Raises `ExporterIsUnknown`.
    """
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    default = "otlp" if any(os.environ.get(name) for name in endpoints) else "none"
    variable = f"OTEL_{signal}_EXPORTER"
    chosen = os.environ.get(variable, "").strip().lower() or default
    if chosen not in {"otlp", "console", "none"}:
        message = f"{variable} is {chosen!r}; Attain knows otlp, console and none (numbers are at /metrics anyway)"
        raise ExporterIsUnknown(message)
    protocols = ("OTEL_EXPORTER_OTLP_PROTOCOL", f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL")
    spoken = next((os.environ[name] for name in reversed(protocols) if os.environ.get(name)), "http/protobuf")
    if chosen == "otlp" and spoken != "http/protobuf":
        message = f"OTLP is spoken as http/protobuf, not as {spoken}"
        raise ExporterIsUnknown(message)
    return chosen
