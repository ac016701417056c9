"""The traces that a batch comes from: `traceparent` texts as contexts to link to."""

import re
from collections.abc import Iterable
from functools import lru_cache

from opentelemetry.trace import Span, SpanContext, TraceFlags

LINKS_MAX = 1_024
TEXTS_REMEMBERED_MAX = 4_096

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")


@lru_cache(maxsize=TEXTS_REMEMBERED_MAX)
def context_of(traceparent: str) -> SpanContext | None:
    """Return the context that a W3C `traceparent` names; nothing for a text that is none."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None:
        return None
    trace, span, flags = (int(part, 16) for part in found.groups())
    return SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(flags))


def traceparent_of(span: Span) -> str | None:
    """Return the `traceparent` of a span; nothing for one that is none."""
    context = span.get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def causes(traceparents: Iterable[str | None]) -> list[SpanContext]:
    """Return the contexts that some texts name, each once, in their order; only those that are recorded somewhere."""
    found: list[SpanContext] = []
    for text in dict.fromkeys(traceparents):
        context = None if text is None else context_of(text)
        if context is not None and context.trace_flags.sampled:
            found.append(context)
            if len(found) == LINKS_MAX:
                break
    return found
