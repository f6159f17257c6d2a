"""The address guard judges addresses in every form they come in."""

import pytest

from crawler.fetching.guard import Guard, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "123.125.114.144", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.9",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_private_addresses_are_seen_through_their_disguise(address: str) -> None:
    assert not is_public(address)


def test_a_refusal_is_kept_as_evidence_until_the_host_is_admitted() -> None:
    guard = Guard()
    assert not guard.admits("intranet.example", "10.0.0.1")
    assert guard.refused == {"intranet.example": "10.0.0.1"}
    guard.allow_private("intranet.example")
    assert guard.admits("intranet.example", "10.0.0.1")
    assert not guard.refused
