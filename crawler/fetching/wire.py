"""What Twisted's HTTP client lacks: an end to headers, and TLS for servers of fifteen years ago. The door to both.

Twisted bounds a header line (16 KiB) and not their number: a server that sends headers for ever was measured to
take 216 MB in 25 s. Of old TLS, Twisted expands the cipher string and loses `@SECLEVEL=0` on the way, without which
OpenSSL 3 speaks no TLS 1.0; so the string is set once more on the finished context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.contextfactory import _ScrapyCertificateOptions, _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.core.downloader.tls import _ScrapyClientTLSOptions26
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import platformTrust
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import _HTTP11ClientFactory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: Bytes of the status line and all headers, interim answers (100 Continue) included. Real pages have 2 KB.
MOST_HEADER_BYTES = 256 << 10
LEGACY_CIPHERS = b"DEFAULT:@SECLEVEL=0"


class HeadersTooLarge(Exception):
    """More than `MOST_HEADER_BYTES` of headers."""


class _Protocol(_LenientHTTP11ClientProtocol):
    _head = 0

    def dataReceived(self, data: bytes) -> None:
        parser = self._parser
        if parser is not None and parser.state in (STATUS, HEADER):
            self._head += len(data)
            # What arrives together with the end of the headers may be a part of the body.
            if self._head > MOST_HEADER_BYTES and b"\r\n\r\n" not in data:
                refusal = HeadersTooLarge(f"more than {MOST_HEADER_BYTES:,} bytes of headers")
                self._giveUp(Failure(refusal))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)


class _Factory(_HTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class DownloadHandler(HTTP11DownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        if crawler.settings.getbool("FENGHUO_LEGACY_TLS"):
            self._contextFactory = _LegacyContextFactory.from_crawler(crawler)  # type: ignore[assignment]


class _LegacyOptions(_ScrapyCertificateOptions):
    def _makeContext(self, skipCiphers: bool = False) -> Any:
        context = super()._makeContext(skipCiphers=True)  # a context whose ciphers were set takes no others
        context.set_cipher_list(LEGACY_CIPHERS)
        return context


class _LegacyContextFactory(_ScrapyClientContextFactory):
    """Servers without RFC 5746 (secure renegotiation) need none of this: Scrapy's options admit them everywhere."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        name, kwargs = hostname.decode("ascii"), self._get_cert_options_kwargs()
        if not self._verify_certificates:
            return _ScrapyClientTLSOptions26(_LegacyOptions(**kwargs)._makeTLSConnection, name)
        options = _LegacyOptions(trustRoot=platformTrust(), **kwargs)  # type: ignore[no-untyped-call]
        return ClientTLSOptions(options._makeTLSConnection, name)
