"""A request is a span and a duration, in the caller's trace, and nothing in them that somebody wrote."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode, TraceFlags
from structlog.testing import capture_logs

from edge.instruments import Instruments
from edge.sampling import WithItsCauses
from edge.telemetry import with_trace

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
UNRECORDED = f"00-{TRACE}-b7ad6b7169203331-00"


class Collector:
    """Takes the spans and numbers of an app."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider(sampler, shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        meters = MeterProvider([self._reader], shutdown_on_exit=False)
        self.instruments = Instruments(self.tracers.get_tracer("tests"), meters.get_meter("tests"))

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended."""
        return self._spans.get_finished_spans()

    def durations(self) -> list[dict[str, object]]:
        """Return what the durations of requests are measured by."""
        seen = self._reader.get_metrics_data()
        return [
            dict(point.attributes or {})
            for resource in (seen.resource_metrics if seen else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == "http.server.request.duration"
            for point in metric.data.data_points
        ]


@pytest.fixture
def collector(app: FastAPI) -> Iterator[Collector]:
    made = Collector()
    app.state.instruments = made.instruments
    yield made
    made.tracers.shutdown()


async def test_a_request_is_a_span_named_by_its_route(ada: httpx.AsyncClient, collector: Collector) -> None:
    await ada.post("/v1/things/secret-thing/close?q=secret", json={"secret": 1})
    (span,) = collector.spans
    assert (span.name, span.kind, span.parent) == ("POST /v1/things/{thing_id}/close", SpanKind.SERVER, None)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/things/{thing_id}/close",
        "http.response.status_code": 422,
        "url.scheme": "http",
    }
    assert span.status.status_code is StatusCode.UNSET
    assert "secret" not in span.to_json()


async def test_a_request_goes_on_in_the_callers_trace_and_commands_in_the_requests(
    ada: httpx.AsyncClient, collector: Collector
) -> None:
    answer = await ada.get("/v1/things/t1", headers={"traceparent": CALLER, "tracestate": "vendor=1"})
    (span,) = collector.spans
    context = span.get_span_context()
    assert span.parent is not None
    assert context is not None
    assert (f"{context.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, CALLER[36:52])
    assert answer.json()["trace"] == f"00-{TRACE}-{context.span_id:016x}-{int(context.trace_flags):02x}"
    assert context.trace_state.to_header() == "vendor=1"


async def test_a_trace_that_is_not_recorded_stays_so(ada: httpx.AsyncClient, app: FastAPI) -> None:
    collector = Collector(ParentBased(ALWAYS_ON))
    app.state.instruments = collector.instruments
    answer = await ada.get("/v1/things/t1", headers={"traceparent": UNRECORDED})
    assert collector.spans == ()
    assert answer.json()["trace"].startswith(f"00-{TRACE}-")
    assert answer.json()["trace"].endswith("-00")


async def test_without_spans_a_command_keeps_the_callers_own_trace(ada: httpx.AsyncClient) -> None:
    assert (await ada.get("/v1/things/t1", headers={"traceparent": CALLER})).json()["trace"] == CALLER
    assert (await ada.get("/v1/things/t1")).json()["trace"] is None


async def test_what_goes_wrong_is_recorded_with_its_error(ada: httpx.AsyncClient, collector: Collector) -> None:
    await ada.get("/v1/things/broken")
    (span,) = collector.spans
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes is not None
    assert (span.attributes["http.response.status_code"], span.attributes["error.type"]) == (500, "500")
    (event,) = span.events
    assert event.name == "exception"
    assert (event.attributes or {})["exception.type"] == "RuntimeError"


async def test_requests_are_timed_by_method_route_and_status(ada: httpx.AsyncClient, collector: Collector) -> None:
    await ada.get("/v1/things/t1")
    await ada.get("/v1/things/t2")
    await ada.request("BREW", "/v1/things/t2")
    await ada.get("/v1/nowhere")
    seen = [
        (each["http.request.method"], each["http.route"], each["http.response.status_code"])
        for each in collector.durations()
    ]
    assert seen == [
        ("GET", "/v1/things/{thing_id}", 200),
        ("_OTHER", "/v1/things/{thing_id}", 405),
        ("GET", "(none)", 404),
    ]


async def test_who_asks_whether_it_lives_leaves_neither_span_nor_duration(
    ada: httpx.AsyncClient, collector: Collector
) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await ada.get(path)).status_code == 200
    assert (collector.spans, collector.durations()) == ((), [])


async def test_lines_of_the_log_name_their_trace(ada: httpx.AsyncClient, collector: Collector) -> None:
    with capture_logs() as logs:
        await ada.get("/v1/things/t1", headers={"traceparent": CALLER})
    assert [line["trace_id"] for line in logs] == [TRACE]
    with collector.instruments.tracer.start_as_current_span("anything") as span:
        context = span.get_span_context()
        line = with_trace(None, "info", {"event": "said"})
    assert line == {"event": "said", "trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
    assert with_trace(None, "info", {"event": "said"}) == {"event": "said"}


@pytest.mark.parametrize(("flags", "is_recorded"), [(1, True), (0, False)])
def test_a_batch_is_recorded_when_one_of_its_causes_is(flags: int, *, is_recorded: bool) -> None:
    sampler = WithItsCauses(ALWAYS_OFF)
    causes = [Link(SpanContext(7, 8, is_remote=True, trace_flags=TraceFlags(each))) for each in (0, flags)]
    assert sampler.should_sample(None, 1, "append", links=causes).decision.is_sampled() is is_recorded
    assert not sampler.should_sample(None, 1, "GET").decision.is_sampled()
    assert sampler.get_description() == "WithItsCauses(AlwaysOffSampler)"
