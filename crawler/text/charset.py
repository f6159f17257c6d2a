"""Bytes to text."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from crawler.text.results import Decoded

_META = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]+)", re.IGNORECASE)


def decode(body: bytes, content_type: str | None = None, *, override: str | None = None) -> Decoded:
    if override:
        return Decoded(text=body.decode(override, "replace"), encoding=override, how="forced by the operator")
    try:
        return Decoded(text=body.decode("utf-8-sig"), encoding="utf-8", how="bytes: valid UTF-8")
    except UnicodeDecodeError:
        pass
    declared = _META.search((content_type or "").encode() + b" " + body[:4096])
    for name in [declared[1].decode() if declared else "", "gb18030"]:
        name = "gb18030" if name.lower() in {"gb2312", "gbk"} else name
        try:
            codecs.lookup(name)
            return Decoded(text=body.decode(name), encoding=name.lower(), how="declared or gb18030, and valid")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    best = charset_normalizer.from_bytes(body[:65536]).best()
    name = best.encoding if best else "gb18030"
    return Decoded(text=body.decode(name, "replace"), encoding=name, how="bytes: charset-normalizer")
