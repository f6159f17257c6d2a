"""One page, one address: the canonical URL of a page, and the key that its other addresses share."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, quote, urlsplit

#: Browsers and servers give up near 2,000 characters; percent-encoded Chinese needs up to nine for one.
MAX_LENGTH = 8_000
#: A key is an index entry: PostgreSQL refuses entries over 2,704 bytes.
MAX_KEY = 500

_DEFAULT_PORTS = {"http": 80, "https": 443}

_ANY = re.compile(r".*", re.S)
#: Parameters that say how, when or as whom a reader came, never which page it is: their names, and the values with
#: which they say nothing else.
_NOISE = (
    # Advertising and sharing.
    (re.compile(r"(?:utm|hmsr|pk|piwik|matomo|mtm)_.*", re.I), _ANY),
    (
        re.compile(
            r"spm|scm|gclid|dclid|fbclid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_ga|_gl|_openstat|bd_vid|bdmark"
            r"|hmsr|hmpl|hmcu|hmkw|hmci|tdsourcetag|isappinstalled|nsukey|wxshare_count|mpshare|srcid"
            r"|sharer_sharetime|sharer_shareid|share_(?:token|source|medium|from|uid)"
            r"|sharefrom|wx_header|pass_ticket|exportkey|chksm|clicktime|enterid|ascene|sessionid_share|collcc",
            re.I,
        ),
        _ANY,
    ),
    (
        re.compile(r"from|source", re.I),
        re.compile(r"(?:single|group)message|timeline|weixin|wechat|qq|weibo|share", re.I),
    ),
    (re.compile(r"scene", re.I), re.compile(r"\d{1,3}")),
    # Sessions. `sid` is also a column or story number on many sites: only what looks drawn by lot is a session.
    (re.compile(r"j?session_?id|phpsessid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken", re.I), _ANY),
    (re.compile(r"s_?id|session|_?token|ticket", re.I), re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z_-]{16,}", re.I)),
    # Against caches: a clock reading (seconds to nanoseconds) or a random fraction.
    (
        re.compile(r"_|_?ts?|_ts_|time|timestamp|timespan|_?r|rnd|rand|random|v|nocache|cb", re.I),
        re.compile(r"1\d{9}(\d{3}){0,3}|0\.\d{6,}"),
    ),
)

_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.I)
_INDEX_PAGE = re.compile(r"/(?:index|default)\.s?html?$", re.I)
_BLANKS = re.compile(r"[\t\r\n]")
_EDGES = "".join(map(chr, range(0x21)))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"[0-9a-z._-]+|\[[0-9a-f:.]+\]")
_ESCAPE = re.compile(r"%([0-9a-f]{2})?", re.I)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class AddressError(ValueError):
    """The text is no http or https address; the message says why."""


def canonical(url: str) -> str:
    """The address under which a page is fetched, stored and shown.

    Lower-case scheme and host (IDNA), no default port, no user name, no dot segments, no fragment except the routes of
    one-page sites (`#/…`, `#!…`), escapes in one form, no tracking parameters, session ids and cache busters. Scheme
    and `www.` stay as they are: not every server answers to both. Raises `AddressError`.
    """
    parts = _split(url)
    query = "&".join(_kept_parameters(parts.query))
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return SplitResult(parts.scheme, _netloc(parts), _path(parts.path), query, _escape(fragment)).geturl()


def article_key(url: str) -> str:
    """What all addresses of one page have in common, at most `MAX_KEY` characters. Raises `AddressError`.

    On top of `canonical`: http is https, `www.` is nothing, `//` is `/`, index pages and closing slashes are their
    folder, and the order of parameters is of no account.
    """
    parts = urlsplit(canonical(url))
    path = _INDEX_PAGE.sub("/", re.sub(r"/{2,}", "/", parts.path)).rstrip("/")
    query = "&".join(sorted(set(parts.query.split("&")))) if parts.query else ""
    key = parts.netloc.removeprefix("www.") + path + (query and f"?{query}") + (parts.fragment and f"#{parts.fragment}")
    if len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: MAX_KEY - len(digest) - 1]}~{digest}"


def host_of(url: str) -> str:
    """What politeness is kept for: the host, with a port that is not the scheme's own. Raises `AddressError`."""
    return _netloc(_split(url))


def _split(url: str) -> SplitResult:
    """As browsers read an address: blanks at the ends and line ends inside are nothing, `\\` is `/`."""
    text = _BLANKS.sub("", url.strip(_EDGES))
    if len(text) > MAX_LENGTH:
        raise AddressError(f"an address of {len(text)} characters; at most {MAX_LENGTH} are followed")
    if _CONTROL.search(text):
        raise AddressError("a control character in the address")
    try:
        text.encode()
        parts = urlsplit(text.partition("#")[0].replace("\\", "/") + "".join(text.partition("#")[1:]))
    except ValueError as error:
        raise AddressError(f"no address: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise AddressError(f"only http and https are followed, not {parts.scheme[:20] or 'a relative address'}")
    return parts


def _netloc(parts: SplitResult) -> str:
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressError(f"no address: {error}") from None
    host = f"[{host}]" if ":" in host else _ascii(host)
    if not _HOST.fullmatch(host):
        raise AddressError(f"no host name: {host[:60]!r}")
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


def _ascii(host: str) -> str:
    """IDNA, with the full-width and ideographic dots people type; a name under the root is the name."""
    try:
        return host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as error:
        raise AddressError(f"no host name: {error}") from None


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _escape(_PATH_SESSION.sub("", path)).split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _kept_parameters(query: str) -> list[str]:
    return [part for part in _escape(query).split("&") if part and not _is_noise(*part.partition("=")[::2])]


def _is_noise(name: str, value: str) -> bool:
    return any(names.fullmatch(name) and values.fullmatch(value) for names, values in _NOISE)


def _escape(text: str) -> str:
    """Every escape in one form (RFC 3986, 6.2.2): upper case, unreserved characters plain, all else as UTF-8."""
    return quote(_ESCAPE.sub(_unescape, text), safe="%/:=&?~#+!$,;'@()*[]|")


def _unescape(match: re.Match[str]) -> str:
    if not match[1]:
        return "%25"
    byte = int(match[1], 16)
    return chr(byte) if byte in _UNRESERVED else match[0].upper()
