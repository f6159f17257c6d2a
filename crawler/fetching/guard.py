"""The address guard: a name is judged where the connection is made, on every hop.

A check before the request can be fooled by a name that resolves differently a moment later; Twisted asks its
name resolver for every connection, IP literals and decimal forms (2130706433) among them, so the resolver is
the one place that cannot be passed by.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address as TCP4
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twisted.internet.interfaces import IAddress

#: NAT64 (RFC 6052) carries an IPv4 address in its last 32 bits.
NAT64 = 0x0064_FF9B << 96


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; forms that carry an IPv4 address are looked into."""
    ip = ip_address(address.partition("%")[0])
    inner = _carried(ip)
    return is_public(str(inner)) if inner else ip.is_global and not ip.is_multicast


def is_address(host: str) -> bool:
    """Whether a host is written as an IP address rather than as a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _carried(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(ip, IPv4Address):
        return None
    if int(ip) >> 32 == NAT64 >> 32:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class Guard:
    """What may be connected to.

    `hosts` fixes names to "address:port" as /etc/hosts would; `private` are the hosts that an operator's
    source, proxy or `hosts` entry allows on a private network.
    """

    def __init__(self, hosts: Mapping[str, str] | None = None) -> None:
        self.hosts = dict(hosts or {})
        self.private: set[str] = set()
        #: The last refusal of a host, as evidence: name -> address.
        self.refused: dict[str, str] = {}

    def allow_private(self, host: str) -> None:
        self.private.add(host)

    def admits(self, host: str, address: str) -> bool:
        if host in self.private or is_public(address):
            self.refused.pop(host, None)
            return True
        self.refused[host] = address
        return False


@implementer(IResolutionReceiver)
class _Judging:
    """Passes on to `receiver` the addresses that the guard admits."""

    def __init__(self, receiver: Any, guard: Guard, host: str) -> None:
        self._receiver, self._guard, self._host = receiver, guard, host

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if self._guard.admits(self._host, address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostResolution)
class _Fixed:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way: the answer was given at once."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's resolver with the guard at its door. Install with `reactor.installNameResolver`."""

    def __init__(self, inner: Any, guard: Guard) -> None:
        self._inner, self._guard = inner, guard

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        receiver = _Judging(resolutionReceiver, self._guard, hostName)
        if fixed := self._guard.hosts.get(hostName):
            return _resolve_fixed(receiver, hostName, fixed, portNumber)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


def _resolve_fixed(receiver: _Judging, name: str, fixed: str, port: int) -> _Fixed:
    address, _, own_port = fixed.partition(":")
    resolution = _Fixed(name)
    receiver.resolutionBegan(resolution)
    receiver.addressResolved(TCP4("TCP", address, int(own_port or port)))
    receiver.resolutionComplete()
    return resolution
