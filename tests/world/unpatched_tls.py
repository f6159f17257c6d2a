"""A TLS 1.2 server as it was before RFC 5746 (2010): its hello says nothing of renegotiation.

OpenSSL has sent the answer of that RFC since 1.0 and cannot be told not to, so the few messages are spoken here, with
one cipher suite (RSA key exchange and AES-128-GCM, RFC 5246 and 5288).
"""

from __future__ import annotations

import hmac
import os
import struct
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding

from world.certificates import self_signed

if TYPE_CHECKING:
    import socket
    from types import TracebackType

CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
SERVER_HELLO, CERTIFICATE, HELLO_DONE, FINISHED = 2, 11, 14, 20
TLS_1_2 = b"\x03\x03"
RSA_AES128_GCM = b"\x00\x9c"


class UnpatchedTls:
    """In place of an `ssl.SSLContext`."""

    def __init__(self, host: str) -> None:
        self._key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        self._certificate = x509.load_pem_x509_certificate(self_signed([host], key=self._key)[0])

    def wrap_socket(self, line: socket.socket, *, server_side: bool) -> _Line:
        assert server_side
        return _Line(line, self._key, self._certificate.public_bytes(Encoding.DER))


class _Line:
    """The part of a socket that a speech uses."""

    def __init__(self, line: socket.socket, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
        self._line, self._file = line, line.makefile("rb")
        self._said = b""
        try:
            self._shake_hands(key, certificate)
        except ConnectionError:
            self.close()
            raise

    def _shake_hands(self, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
        hello = self._receive(HANDSHAKE)
        client, server = hello[6:38], os.urandom(32)
        self._send_message(SERVER_HELLO, TLS_1_2 + server + b"\0" + RSA_AES128_GCM + b"\0")
        self._send_message(CERTIFICATE, _sized(_sized(certificate)))
        self._send_message(HELLO_DONE, b"")
        exchange = self._receive(HANDSHAKE)
        secret = key.decrypt(exchange[6:], padding.PKCS1v15())
        master = _prf(secret, b"master secret", client + server, 48)
        keys = _prf(master, b"key expansion", server + client, 40)
        self._theirs, self._ours = _Direction(keys[:16], keys[32:36]), _Direction(keys[16:32], keys[36:40])
        self._finish(master)

    def _finish(self, master: bytes) -> None:
        self._receive(CHANGE_CIPHER)
        theirs = _message(FINISHED, _prf(master, b"client finished", sha256(self._said).digest(), 12))
        assert self._theirs.open(HANDSHAKE, self._receive(HANDSHAKE, keep=False)) == theirs
        ours = _message(FINISHED, _prf(master, b"server finished", sha256(self._said + theirs).digest(), 12))
        self._send(CHANGE_CIPHER, b"\x01")
        self._send(HANDSHAKE, self._ours.seal(HANDSHAKE, ours))

    def recv(self, size: int) -> bytes:
        return self._theirs.open(DATA, self._receive(DATA))

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), 16_000):
            self._send(DATA, self._ours.seal(DATA, data[start : start + 16_000]))

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._send(ALERT, self._ours.seal(ALERT, b"\x01\x00"))  # close_notify
        finally:
            self.close()

    def close(self) -> None:
        self._file.close()
        self._line.close()

    def _send_message(self, kind: int, body: bytes) -> None:
        self._said += _message(kind, body)
        self._send(HANDSHAKE, _message(kind, body))

    def _send(self, kind: int, body: bytes) -> None:
        self._line.sendall(bytes([kind]) + TLS_1_2 + struct.pack("!H", len(body)) + body)

    def _receive(self, kind: int, *, keep: bool = True) -> bytes:
        got, _, size = struct.unpack("!B2sH", self._file.read(5) or bytes(5))
        body = self._file.read(size)
        if got != kind:
            raise ConnectionError(f"record {got} where {kind} was due")
        if kind == HANDSHAKE and keep:
            self._said += body
        return body


class _Direction:
    """Records one way, numbered."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._cipher, self._salt, self._number = AESGCM(key), salt, 0

    def seal(self, kind: int, data: bytes) -> bytes:
        nonce = struct.pack("!Q", self._number)
        return nonce + self._cipher.encrypt(self._salt + nonce, data, self._facts(kind, len(data)))

    def open(self, kind: int, sealed: bytes) -> bytes:
        return self._cipher.decrypt(self._salt + sealed[:8], sealed[8:], self._facts(kind, len(sealed) - 24))

    def _facts(self, kind: int, size: int) -> bytes:
        self._number += 1
        return struct.pack("!QB2sH", self._number - 1, kind, TLS_1_2, size)


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _sized(body)


def _sized(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body


def _prf(secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    seed = label + seed
    out, link = b"", seed
    while len(out) < size:
        link = hmac.digest(secret, link, "sha256")
        out += hmac.digest(secret, link + seed, "sha256")
    return out[:size]
