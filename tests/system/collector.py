"""A collector of another hand: takes what is sent by OTLP over HTTP, and reads the protobuf as its makers define it."""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

Context = tuple[str, str]
"""The ids of a trace and of a span in it."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A span as it arrived: of which service, and what it comes from, parent and links alike."""

    service: str
    name: str
    context: Context
    causes: frozenset[Context]


@dataclass
class Collector:
    """What has arrived so far."""

    spans: list[Seen] = field(default_factory=list[Seen])
    sums: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    """The last sum of each service's counter, all its attributes together."""

    def take(self, path: str, body: bytes) -> None:
        """Take one export."""
        if path == "/v1/traces":
            self.spans += spans_in(ExportTraceServiceRequest.FromString(body))
        if path == "/v1/metrics":
            self.sums |= sums_in(ExportMetricsServiceRequest.FromString(body))

    def brought_about_by(self, first: Context) -> set[tuple[str, str]]:
        """Return service and name of all spans that a context brought about, however indirectly."""
        spans, known = list(self.spans), {first}
        while fresh := {each.context for each in spans if each.causes & known} - known:
            known |= fresh
        return {(each.service, each.name) for each in spans if each.context in known}


def spans_in(export: Any) -> Iterable[Seen]:
    """Return the spans of an export."""
    for resource in export.resource_spans:
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            trace = span.trace_id.hex()
            parents = [(trace, span.parent_span_id.hex())] if span.parent_span_id else []
            links = [(link.trace_id.hex(), link.span_id.hex()) for link in span.links]
            yield Seen(
                service=service_of(resource),
                name=span.name,
                context=(trace, span.span_id.hex()),
                causes=frozenset((*parents, *links)),
            )


def sums_in(export: Any) -> dict[tuple[str, str], float]:
    """Return the counters of an export."""
    return {
        (service_of(resource), metric.name): sum(point.as_int or point.as_double for point in metric.sum.data_points)
        for resource in export.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        if metric.HasField("sum")
    }


def service_of(resource: Any) -> str:
    """Return the name of the service that an export is of."""
    return next(each.value.string_value for each in resource.resource.attributes if each.key == "service.name")


@contextmanager
def collecting() -> Generator[tuple[str, Collector]]:
    """Listen at a free port; lend the address and what arrives there."""
    collector = Collector()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take an export."""
            collector.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is its maker's
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        listening = threading.Thread(target=server.serve_forever, name="collector")
        listening.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", collector
        finally:
            server.shutdown()
            listening.join()
