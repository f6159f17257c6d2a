"""The page that ends a subscription, and takes that back (RFC 8058).

GET changes nothing, because mail programs and virus scanners open links before people do; POST acts, without another
question, which is what mail programs send when a reader presses their own button.
"""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from monitors import subscriptions
from monitors.locale import DEFAULT, known
from monitors.mails.pages import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitors.subscriptions import Subscription
    from storage import Store

log = logging.getLogger(__name__)

#: What the path says to do, and with which subscription.
PATH: Final = re.compile(rf"/(unsubscribe|resubscribe)/([0-9a-f]{{{subscriptions.LENGTH}}})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    html: str

    @property
    def headers(self) -> Mapping[str, str]:
        """The address is a key: it is kept by nobody and handed to nobody."""
        return {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": f"default-src 'none'; style-src '{_style_hash()}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex, nofollow",
        }


class Desk:
    """`prefix` is the path of the public address, "" for none."""

    def __init__(self, store: Store, key: bytes, *, prefix: str = "") -> None:
        self._store, self._key, self._prefix = store, key, prefix.rstrip("/")

    def look(self, path: str, language: str) -> Answer:
        """How the subscription stands, with a button. Raises `StoreError`, as does `act`."""
        _, found = self._find(path)
        return self._shown("ended" if found.ended else "ask", found) if found else _unknown(language)

    def act(self, path: str, language: str) -> Answer:
        """Ends the subscription, or takes that back; as often as it is asked, with the same end."""
        verb, found = self._find(path)
        if found is None:
            return _unknown(language)
        change = self._store.unsubscribe if verb == "unsubscribe" else self._store.resubscribe
        change(found.reader.name, found.watch.name)
        log.info("reader %s: %s %s, on the web page", found.reader.name, verb, found.watch.name)
        return self._shown("ended" if verb == "unsubscribe" else "again", found)

    def _find(self, path: str) -> tuple[str, Subscription | None]:
        match = PATH.fullmatch(path.removeprefix(self._prefix))
        if match is None:
            return "", None
        return match[1], subscriptions.find(self._store, match[2], self._key)

    def _shown(self, state: str, found: Subscription) -> Answer:
        verb = "resubscribe" if state == "ended" else "unsubscribe"
        token = subscriptions.token(found.reader.name, found.watch.name, self._key)
        action = f"{self._prefix}/{verb}/{token}"
        title = found.watch.title or found.watch.name
        return Answer(status=200, html=_page(found.reader.language, state, title=title, action=action))


def _unknown(language: str) -> Answer:
    """`language` is what the browser says, and may be anything."""
    return Answer(status=404, html=_page(known(language), "unknown"))


def _page(language: str, state: str, *, title: str = "", action: str = "") -> str:
    template = environment(language).get_template("unsubscribe.html")
    return template.render(state=state, title=title, action=action, sheet=_sheet())


@cache
def _sheet() -> str:
    return environment(DEFAULT).get_template("unsubscribe.css").render().strip()


@cache
def _style_hash() -> str:
    return f"sha256-{b64encode(sha256(_sheet().encode()).digest()).decode()}"
