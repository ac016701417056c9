"""Personal text, never stored in the clear: a key for each person, and names that only their owner can be found by."""

from events.personal.boxes import BoxIsDamaged
from events.personal.key_store import KeyStore, NameIsTaken, PersonWasErased, open_keys
from events.personal.keyring import KeyIsMissing, MasterKeyIsWrong
from events.personal.master_key import MasterKeyIsExposed, master_key_in

__all__ = (
    "BoxIsDamaged",
    "KeyIsMissing",
    "KeyStore",
    "MasterKeyIsExposed",
    "MasterKeyIsWrong",
    "NameIsTaken",
    "PersonWasErased",
    "master_key_in",
    "open_keys",
)
