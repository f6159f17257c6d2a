"""How a list in units (大汉 jpage and JPAAS, 开普 UCAP, 广东 gkmlpt) is asked for its next page. Pure.

A page of HTML names its next page itself; the answer of a unit does not, but its question counts.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from crawler.reading import Ask, ListReading

#: Kinds whose address counts pages in a parameter of this name.
COUNTED = {"ucap": "page", "gkmlpt": "page"}


def next_ask(reading: ListReading, asked: Ask) -> Ask | None:
    """What to ask for behind the page that `asked` gave; None where it is the last."""
    if following := _following(asked):
        return following
    for ask in reading.next_requests:
        if ask.kind == "next-page":
            return ask
        if ask.kind == "jpage":
            return _beyond(ask, len(reading))
    return None


def _following(asked: Ask) -> Ask | None:
    """The same question about the next page."""
    query = dict(parse_qsl(urlsplit(asked.url).query, keep_blank_values=True))
    if asked.kind == "jpage" and query.get("startrecord", "").isdecimal() and query.get("endrecord", "").isdecimal():
        return _beyond(asked, int(query["endrecord"]))
    if asked.kind == "jpaas" and "paramJson" in query:
        page = json.loads(query["paramJson"])
        turned = {"paramJson": json.dumps({**page, "pageNo": page["pageNo"] + 1}, separators=(",", ":"))}
        return _with(asked, query | turned)
    name = COUNTED.get(asked.kind)
    if name and query.get(name, "").isdecimal():
        return _with(asked, query | {name: str(int(query[name]) + 1)})
    return None


def _beyond(ask: Ask, have: int) -> Ask:
    """A question to jpage's dataproxy, about the records behind the first `have`: its page's island holds some."""
    query = dict(parse_qsl(urlsplit(ask.url).query, keep_blank_values=True))
    start, end = int(query["startrecord"]), int(query["endrecord"])
    moved = max(0, have + 1 - start)
    return _with(ask, query | {"startrecord": str(start + moved), "endrecord": str(end + moved)})


def _with(ask: Ask, query: dict[str, str]) -> Ask:
    return replace(ask, url=urlsplit(ask.url)._replace(query=urlencode(query)).geturl())
