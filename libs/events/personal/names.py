"""Names as they are compared: what a person would call the same spelling is one name."""

import hmac
import unicodedata


def normalised(name: str) -> str:
    """Return a name without the differences of case, width, composition and surrounding space."""
    for _ in range(2):  # folding the case may undo the first normalisation
        name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return name.strip()


def keyed_hash(key: bytes, kind: str, name: str) -> str:
    """Return what a name of a kind is known by, to those who have the key."""
    return hmac.digest(key, f"{kind}\0{normalised(name)}".encode(), "sha256").hex()
