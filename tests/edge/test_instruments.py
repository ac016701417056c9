"""Where telemetry goes is what OpenTelemetry's own variables say; without them nothing leaves the process."""

import asyncio
import socket
from collections.abc import AsyncGenerator

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from edge.instruments import CLOSE_SECONDS_MAX, ExporterIsUnknown, Instruments, instruments_of
from tests.edge.tiny import client_of

SAMPLES = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] pytest uses it
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def instruments(app: FastAPI) -> AsyncGenerator[Instruments]:
    app.state.instruments = made = instruments_of("tiny", "1.0.0", "sqlite")
    yield made
    await made.close()


def samples(text: str) -> SAMPLES:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_numbers_are_kept_and_shown_and_no_spans_made_when_nothing_is_said(
    app: FastAPI, instruments: Instruments
) -> None:
    assert not instruments.log.is_tracing
    instruments.log.tally.sent["attain.tiny.v1"] += 3
    async with client_of(app) as client:
        await client.post("/v1/webhooks/crm", content=b"{}")
        await client.post("/v1/webhooks/erp", content=b"{}")
        answer = await client.get("/metrics")
    found = samples(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    name = frozenset({("service_name", "tiny")})
    sent = name | {("messaging_destination_name", "attain.tiny.v1")}
    assert found["messaging_client_sent_messages_total", sent] == 3
    route = {
        ("http_request_method", "POST"),
        ("http_route", "/v1/webhooks/{source}"),
        ("http_response_status_code", "202"),
    }
    assert found["http_server_request_duration_seconds_count", name | route] == 2


async def test_two_services_of_a_process_have_numbers_of_their_own() -> None:
    one, other = instruments_of("one", "1", "sqlite"), instruments_of("other", "1", "sqlite")
    one.log.refused(KeyError)
    assert b"KeyError" in await one.exposition()
    assert b"KeyError" not in await other.exposition()
    await one.close()
    await other.close()


async def test_everything_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    instruments = instruments_of("tiny", "1", "sqlite")
    assert not instruments.log.is_tracing
    assert await instruments.exposition() == b""
    await instruments.close()


async def test_spans_can_be_read_at_the_console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    instruments = instruments_of("tiny", "1", "sqlite")
    with instruments.tracer.start_as_current_span("seen"):
        pass
    await instruments.close()
    assert '"name": "seen"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("OTEL_TRACES_EXPORTER", "zipkin", "OTEL_TRACES_EXPORTER is 'zipkin'; Attain knows otlp, console and none"),
        ("OTEL_METRICS_EXPORTER", "graphite", "OTEL_METRICS_EXPORTER is 'graphite'"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf, not as grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", "http/protobuf, not as http/json"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ExporterIsUnknown, match=message):
        instruments_of("tiny", "1", "sqlite")


async def test_a_collector_that_never_answers_is_not_waited_for_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{mute.getsockname()[1]}")
        instruments = instruments_of("tiny", "1", "sqlite")
        with instruments.tracer.start_as_current_span("lost"):
            pass
        async with asyncio.timeout(CLOSE_SECONDS_MAX + 5):
            await instruments.close()
