"""The address under which a reader ends a watch: a signature that says neither who nor what, and cannot be guessed."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Store
    from storage.audience import Reader, Watch

#: Where the store keeps the key: with the data, so that links in old mails survive a move.
KEY: Final = "unsubscribe.key"
#: Hexadecimal digits of a token: 128 bits.
LENGTH: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    reader: Reader
    watch: Watch

    @property
    def ended(self) -> bool:
        return self.watch.name in self.reader.unsubscribed


def key_of(store: Store, *, now: datetime) -> bytes:
    """The key of this installation; made when it is asked for first."""
    return bytes.fromhex(store.meta_once(KEY, secrets.token_hex(32), now=now))


def token(reader: str, watch: str, key: bytes) -> str:
    return hmac.digest(key, json.dumps(["unsubscribe", reader, watch]).encode(), "sha256").hex()[:LENGTH]


def find(store: Store, wanted: str, key: bytes) -> Subscription | None:
    """The subscription behind a token. All of them are reckoned anew (4 µs each): nothing else has to be kept."""
    readers = {reader.name: reader for reader in store.readers()}
    return next(
        (
            Subscription(reader=readers[name], watch=watch)
            for watch in store.watches()
            for name in watch.readers
            if name in readers and hmac.compare_digest(token(name, watch.name, key), wanted)
        ),
        None,
    )
