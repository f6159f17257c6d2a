"""Hostile servers beside sound ones: what is wanted, what is seen, how long it takes and how much memory.

    python benchmarks/hostile.py SERVER.py [CASE …]

SERVER.py defines `HostileServer` (a context manager with `base(origin)` and `url(case)`), its cases in `BOOK`, and
`case`, `listing` to add one. Each case is visited as a list, twice, and as an article that a list leads to, while four
sound sites are crawled by the same process. Seconds are those of its longest visit; memory is the highest of the crawl
and its workers together, above what they had before; late is how much longer the sound sites took than they take alone.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from crawler.limits import Limits  # noqa: E402
from storage import Store  # noqa: E402
from storage.records import Outcome, Source, Visit  # noqa: E402
from world.articles import items  # noqa: E402
from world.layouts import trs_static  # noqa: E402
from world.server import World  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.workers import Workers
    from storage.records import Article

GROUPS = ("net", "tls", "robots", "bomb", "body", "enc", "charset", "trap", "news", "ssrf", "leak")
SOUND = tuple(f"sound{number}.example" for number in range(4))
LIMITS = Limits(request_seconds=4, visit_seconds=40, tries=3, retry_seconds=0.1, jitter=0, most_delay=1, articles=12)
#: All the tries at an address, the article's and the list's, with redirects, robots.txt and the pauses between.
MOST_SECONDS = 30.0
MOST_MEGABYTES = 150
MOST_LATE = 2.0

#: Read as an article, it is stored, whole: the damage is none, or can be mended. No other page of a case must be.
STORED = {
    "net-ok", "net-cl-and-chunked", "net-headers-10k", "net-header-nonascii", "net-100-flood", "net-flaky",
    "net-429-seconds", "net-429-date", "net-503-seconds", "robots-huge", "robots-html", "robots-loop", "robots-delay",
    "body-attrs", "body-nul", "body-entities-bad", "body-html-as-octets", "body-html-as-pdf", "body-no-type",
    "body-type-garbage", "charset-header-lies", "charset-meta-lies", "charset-gbk-beyond", "charset-bogus",
    "charset-mixed", "charset-utf16-nobom", "news-date-future", "news-date-garbage", "news-date-relative",
    "news-date-year0", "news-canonical", "leak-cookie-domain",
}  # fmt: skip
#: The text of the sound page, which most cases carry: nothing of it may be missing.
SOUND_TEXT = "本园区今日召开重点项目推进会，研究部署下一阶段工作。" * 6
#: What other text a case has.
OWN_TEXT = {"body-attrs": "x", "body-nul": "正文"}
#: Half of it is in another encoding: marked, and the sound half right.
MARKED = {"charset-mixed": "园区召开项目推进会"}
#: As a list it leads to so many articles of its own that may be stored; from any other list nothing may.
AT_MOST = {
    "trap-pages": 30, "trap-pages-same": 5, "trap-calendar": 10, "trap-session": 5, "trap-params": 24,
    "news-list-emptied": 10, "news-list-markup": 10, "news-duplicates": 24,
}  # fmt: skip
#: Seconds between its answer and the next request at its host, as it asked or, where it asked nonsense, as we decide.
PAUSES = {"net-429-seconds": 2, "net-429-date": 1, "net-503-seconds": 2, "net-429-negative": 8, "net-429-garbage": 8}
#: What no request of ours may carry.
SECRETS = {"cookie", "authorization", "referer"}
#: As a list it ends well: its links are articles of the same site.
SOUND_LISTS = {"trap-pages", "trap-pages-same", "trap-session", "body-link-long", "news-duplicates"}
#: Most requests that a list may cost in two visits, articles and robots.txt included, where that is the point.
MOST_REQUESTS = {
    "trap-pages": 2 + 5 * 2 + 30, "trap-pages-same": 12, "trap-calendar": 12, "trap-session": 20, "trap-path": 6,
    "trap-params": 28, "trap-hosts": 4, "net-loop-self": 30, "net-429-seconds": 4, "net-429-huge": 4, "news-captcha": 4,
}  # fmt: skip


@dataclass(kw_only=True)
class Seen:
    lists: list[Visit] = field(default_factory=list)
    article: Visit | None = None
    #: All that was stored, of the sound sites and the carrier's other row not, by path.
    kept: dict[str, Article] = field(default_factory=dict)
    problem: str = ""
    requests: int = 0
    #: As the servers saw them: time, path, headers.
    asked: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0
    late: float = 0.0


# The servers, in a process of their own.


def serve(path: str) -> None:
    module = load(path)

    @module.case("carrier", "a list that leads to another case", "")
    async def _(x: Any) -> None:
        rows = [
            (f"/{x.rest}", "园区召开重点项目推进会研究部署工作"),
            ("/net-ok?n=20260302", "另一条新闻：园区召开推进会"),
        ]
        await x.page(module.listing(rows))

    with module.HostileServer() as server, World(*(trs_static(host, items(4, today())) for host in SOUND)) as world:
        cases = {
            name: {"url": server.url(name), "base": server.base(case.origin), "want": case.want}
            for name, case in module.BOOK.items()
            if name.partition("-")[0] in GROUPS
        }
        print(json.dumps({"cases": cases, "hosts": world.hosts, "main": server.base()}), flush=True)
        sys.stdin.read()


def load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("hostile_server", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def today() -> Any:
    return datetime.now(UTC).date()


# The crawl.


@dataclass(kw_only=True)
class Bench:
    facts: dict[str, Any]
    workers: Workers
    #: Seconds that the sound sites take alone.
    usual: float = 0.0

    async def look(self, name: str, folder: Path) -> Seen:
        case, seen = self.facts["cases"][name], Seen()
        urlopen(f"{self.facts['main']}/_reset").close()  # noqa: ASYNC210
        before = forget_peak()
        store = Store.open(f"sqlite:///{folder}/{name}.db", now=datetime.now(UTC))
        begun = monotonic()
        ends: dict[str, float] = {}
        for sources in ([hostile(name, case["url"]), *self._sound()], [hostile(name, case["url"])]):
            seen.lists += await self._round(store, sources, ends, begun)
        carrier = hostile(f"{name}-carrier", f"{case['base']}/carrier/{name}")
        seen.article = (await self._round(store, [carrier], {}, begun))[0]
        seen.lists = [visit for visit in seen.lists if visit.source_id == name]
        seen.seconds = max((v.ended_at - v.started_at).total_seconds() for v in (*seen.lists, seen.article))
        seen.late = max(ends[host] for host in SOUND) - self.usual
        seen.megabytes = peak() - before
        seen.kept, seen.problem = kept(store), store.explain(case["url"]).problem
        store.close()
        seen.asked = json.load(urlopen(f"{self.facts['main']}/_seen"))  # noqa: ASYNC210
        seen.requests = sum(visit.requests for visit in seen.lists)
        return seen

    def _sound(self) -> list[Source]:
        return [
            Source(id=host, name=host, url=f"http://{host}/xw/index.html", allow_private=True, delay=0.2)
            for host in SOUND
        ]

    async def _round(self, store: Store, sources: list[Source], ends: dict[str, float], begun: float) -> list[Visit]:
        from crawler.run import Crawl, Parts
        from world.rig import CONTACT, unjudged

        visits: list[Visit] = []

        def visited(source: Source, visit: Visit) -> None:
            visits.append(visit)
            ends[source.id] = monotonic() - begun

        store.add_sources(sources, now=datetime.now(UTC))
        parts = Parts(
            store=store,
            contact=CONTACT,
            limits=LIMITS,
            judge=unjudged,
            plan=lambda source, state, visit: visit.ended_at + timedelta(hours=1),
            hosts=self.facts["hosts"],
            on_visit=visited,
        )
        crawl = Crawl(parts, self.workers)
        crawl.open()
        try:
            left = await crawl.make_round([source.id for source in sources], patience=8)
        finally:
            await crawl.close()
        waiting = [asleep(source) for source in sources if source.id in left]
        return visits + waiting


def kept(store: Store) -> dict[str, Article]:
    found = store.search("", now=datetime.now(UTC), all_articles=True, limit=200).articles
    parts = ((urlsplit(article.url), article) for article in found)
    return {
        url._replace(scheme="", netloc="").geturl(): article
        for url, article in parts
        if url.hostname not in SOUND and url.query != "n=20260302"
    }


def hostile(name: str, url: str) -> Source:
    return Source(id=name, name=name, url=url, allow_private=True, delay=0.0)


def asleep(source: Source) -> Visit:
    """In place of a visit that did not take place, because the host had asked for a longer pause."""
    now = datetime.now(UTC)
    detail = "not visited: the host asked for a pause"
    return Visit(source_id=source.id, started_at=now, ended_at=now, outcome=Outcome.UNREACHABLE, detail=detail)


def processes() -> list[Path]:
    ids = [str(child.pid) for child in multiprocessing.active_children()]
    return [Path("/proc") / number for number in ("self", *ids)]


def forget_peak() -> float:
    """MB in use; the peak begins again from there (see proc(5), clear_refs)."""
    for process in processes():
        (process / "clear_refs").write_text("5")
    return peak()


def peak() -> float:
    total = 0
    for process in processes():
        lines = (process / "status").read_text().splitlines()
        total += next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
    return total / 1024


# The verdict.


def faults(name: str, seen: Seen) -> list[str]:
    """What is not as wanted."""
    found = [*faults_of_storage(name, seen), *faults_of_requests(name, seen)]
    if name not in SOUND_LISTS and (silent := [v.outcome.value for v in seen.lists if is_silent(v, seen.lists[0])]):
        found.append(f"silent: {', '.join(silent)}")
    limits = (
        (seen.seconds, MOST_SECONDS, "s"),
        (seen.megabytes, MOST_MEGABYTES, "MB"),
        (seen.late, MOST_LATE, "s late"),
    )
    return found + [f"{value:.1f} {unit}" for value, most, unit in limits if value > most]


def faults_of_storage(name: str, seen: Seen) -> Iterator[str]:
    page = seen.kept.get(f"/{name}")
    if name in STORED:
        yield from [f"not stored: {seen.problem or seen.article}"] if page is None else faults_of_text(name, page)
    elif page and not is_listing(name):  # whether a list is told from an article is benchmarks/reading.py's to say
        yield "stored"
    elif not page and not (seen.problem or (seen.article and seen.article.detail)):
        yield "no reason given"
    others = [path for path in seen.kept if path != f"/{name}"]
    if strangers := [path for path in others if not path.startswith((f"/{name}/", f"/{name}?"))]:
        yield f"stored {strangers[0]}"
    if len(others) > AT_MOST.get(name, 0):
        yield f"{len(others)} articles stored"
    if name == "news-duplicates" and len({article.story_id for article in seen.kept.values()}) != 1:
        yield "more than one story"


def faults_of_text(name: str, page: Article) -> Iterator[str]:
    if name in MARKED:
        if MARKED[name] not in page.title or not page.lost:
            yield f"stored as {page.title[:20]!r}, {page.lost} characters marked as lost"
    elif OWN_TEXT.get(name, SOUND_TEXT) not in page.text:
        yield f"stored without its whole text: {page.text[:20]!r}"
    if "\0" in page.title + page.text:
        yield "NUL stored"


def faults_of_requests(name: str, seen: Seen) -> Iterator[str]:
    if canaries := sum("/_canary/" in one["path"] for one in seen.asked):
        yield f"canary asked {canaries} times"
    if seen.requests > MOST_REQUESTS.get(name, 60):
        yield f"{seen.requests} requests"
    if leaks := {key for one in seen.asked for key in SECRETS & one["headers"].keys()}:
        yield f"sent {', '.join(leaks)}"
    times = [one["time"] for one in seen.asked if one["path"] != "/robots.txt" and not one["path"].startswith("/_")]
    if name in PAUSES and len(times) > 1 and times[1] - times[0] < PAUSES[name]:
        yield f"asked again after {times[1] - times[0]:.1f} s"


def is_listing(name: str) -> bool:
    lists = ("trap-", "news-list-", "ssrf-link-", "news-base", "ssrf-meta", "body-link", "leak-cross", "leak-referer")
    return name.startswith((*lists, "news-duplicates"))


def is_silent(visit: Visit, first: Visit) -> bool:
    """Whether the outcome of a visit to something hostile reads like "no news today", without a word about it."""
    was_read = first.outcome is Outcome.OK or first.detail
    unread = visit.outcome is Outcome.UNCHANGED and not was_read
    return not visit.detail and not visit.links and (visit.outcome is Outcome.QUIET or unread)


def seen_in_words(seen: Seen) -> str:
    lists = " / ".join(dict.fromkeys(f"{visit.outcome.value}: {visit.detail[:60]}" for visit in seen.lists))
    return f"{len(seen.kept)} stored{'; ' + seen.problem[:60] if seen.problem else ''}; list {lists}"


async def measure(facts: dict[str, Any], names: list[str]) -> int:
    from crawler.workers import Workers

    bench = Bench(facts=facts, workers=Workers(LIMITS))
    bad = 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            warm = await bench.look("net-ok", Path(folder))
            (Path(folder) / "net-ok.db").unlink()
            bench.usual = (await bench.look("net-ok", Path(folder))).late
            (Path(folder) / "net-ok.db").unlink()
            print(f"sound sites alone: {bench.usual:.1f} s (first time {warm.late:.1f} s)\n")
            print("| case | wanted | seen | s | MB | late s | verdict |\n|---|---|---|--:|--:|--:|---|", flush=True)
            for name in names:
                seen = await bench.look(name, Path(folder))
                wrong = faults(name, seen)
                bad += bool(wrong)
                cells = (name, facts["cases"][name]["want"], seen_in_words(seen), f"{seen.seconds:.1f}")
                print("|", " | ".join(cell.replace("|", "/") for cell in cells), end=" | ")
                print(f"{seen.megabytes:.0f} | {max(0, seen.late):.1f} | {'; '.join(wrong) or 'ok'} |", flush=True)
    finally:
        bench.workers.close()
    print(f"\n{len(names)} cases, {bad} not as wanted")
    return bad


def main(path: str, names: list[str]) -> int:
    from crawler.run import run

    serving = subprocess.Popen(
        [sys.executable, __file__, "--serve", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert serving.stdout and serving.stdin
    facts = json.loads(serving.stdout.readline())
    try:
        return run(lambda: measure(facts, names or list(facts["cases"])))
    finally:
        serving.stdin.close()
        serving.wait()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve", path]:
            serve(path)
        case [path, *names]:
            sys.exit(1 if main(path, names) else 0)
        case _:
            sys.exit(__doc__)
