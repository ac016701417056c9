"""The names of people, opened here and nowhere before; nothing for those who were erased or are not known."""

from collections.abc import Mapping

from events.domain import Personal
from events.personal import KeyStore


async def opened(keys: KeyStore, sealed: Mapping[str, Personal]) -> dict[str, str | None]:
    """Return names by person."""
    names = await keys.open_many(list(sealed.values()))
    return dict(zip(sealed, names, strict=True))
