"""Mail addresses, checked before they are kept and again before they are used."""

from __future__ import annotations

import re
from typing import Final

#: What people have: dot-atoms of RFC 5322 in the local part. Quoted local parts, comments and address literals are
#: legal and are refused: nobody has one, and they are how commands are smuggled into a conversation.
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class AddressError(ValueError):
    """An address that cannot be written to; the message says what to write."""


def mailbox(address: str) -> str:
    """The address as it goes over the line, its domain in ASCII (园区.中国 -> xn--…). Raises `AddressError`."""
    local, at, domain = address.strip().removeprefix("mailto:").rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise AddressError(f"{address!r} is not a mail address: write it as name@example.com")
    return f"{local}@{_domain(domain, address)}"


def _domain(domain: str, address: str) -> str:
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"{address!r}: {domain!r} is not a domain") from error
    labels = ascii_domain.split(".")
    if len(ascii_domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(f"{address!r}: {domain!r} is not a domain")
    return ascii_domain.lower()
