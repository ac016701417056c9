"""Which wire a URL means."""

from events.wire.embedded import EmbeddedWire
from events.wire.promises import Wire


async def open_wire(url: str) -> Wire:
    """Open `sqlite:///path`, the embedded wire."""
    if url.startswith("sqlite:///"):
        return await EmbeddedWire.open(url.removeprefix("sqlite:///"))
    message = f"a wire is sqlite:///…, not {url.split(':', 1)[0]}:…"
    raise ValueError(message)
