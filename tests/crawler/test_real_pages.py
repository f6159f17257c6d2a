"""Real saved pages, served on loopback and crawled through the whole path into SQLite.

The pages are not part of the project; where their folder is absent these tests are skipped.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from crawler.limits import Limits
from crawler.run import Crawl, Parts
from monitors.judging import Judge
from monitors.profiles import shipped_watch
from storage import Store
from storage.records import Article, Source, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crawler.workers import Workers

SHARED = Path(__file__).parents[2] / "../shared/data"
#: A reading in brackets: letters with a tone mark.
READING = re.compile(r"\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOST = "pages.example"
SOURCE = Source(id="pages", name="样本", url=f"http://{HOST}/list.html", enabled=True, allow_private=True, delay=0)


def need(folder: str) -> Path:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"../shared/data/{folder} is not here: these pages are not part of the project")
    return SHARED / folder


@contextmanager
def served(pages: Mapping[str, bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def list_page(titles: Mapping[str, str]) -> bytes:
    rows = "".join(
        f'<li><a href="{path}">{html.escape(title)}</a><span>2026-11-20</span></li>' for path, title in titles.items()
    )
    return f"<html><head><meta charset=utf-8></head><body><ul class=list>{rows}</ul></body></html>".encode()


def crawl(drive: Any, workers: Workers, pages: Mapping[str, bytes], store: Store) -> list[Visit]:
    visits: list[Visit] = []

    async def round_() -> None:
        parts = Parts(
            store=store,
            contact="https://fenghuo.example/tests",
            limits=Limits(articles=500),
            judge=Judge(store),
            plan=lambda source, state, visit: visit.ended_at,
            hosts={HOST: address},
            on_visit=lambda source, visit: visits.append(visit),
        )
        crawl = Crawl(parts, workers)
        crawl.open()
        try:
            assert not await crawl.make_round()
        finally:
            await crawl.close()

    with served(pages) as address:
        drive(round_())
    return visits


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    now = datetime.now(UTC)
    store = Store.open(f"sqlite:///{tmp_path}/pages.db", now=now)
    store.add_sources([SOURCE], now=now)
    store.set_enabled([SOURCE.id], True, now=now)
    store.save_watch(shipped_watch(), now=now, by="tests")
    yield store
    store.close()


def stored(store: Store) -> list[Article]:
    return list(store.search("", limit=1000, all_articles=True, now=datetime.now(UTC)).articles)


def test_every_real_article_is_read_and_stored_once(drive: Any, workers: Workers, store: Store) -> None:
    folder = need("pages")
    truths = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (folder / "truth").glob("*.json")}
    titles = {f"/{name}.html": truth["title"] for name, truth in truths.items() if "body" in truth}
    pages = {path: (folder / "pages" / path[1:]).read_bytes() for path in titles}
    visits = crawl(drive, workers, {**pages, "/list.html": list_page(titles)}, store)

    articles = stored(store)
    assert len(visits) == 1
    assert len(articles) + visits[0].problems == len(pages)
    assert not visits[0].problems, visits[0].detail
    assert len({article.url for article in articles}) == len(pages)
    assert not [article.url for article in articles if not article.title or not article.text]


#: Seed -> the line that is its headline; what stands above it is the site's navigation.
HEADLINES = {"000_584eb87acc966072": 15, "003_98433e15c68ae742": 2}


def seed_page(text: str, headline: int) -> bytes:
    """A seed as its own kind of site prints it: navigation, headline, a line with origin and date, paragraphs."""
    lines = [html.escape(line.strip()) for line in text.splitlines() if line.strip()]
    menu, title, rest = lines[:headline], lines[headline], lines[headline + 1 :]
    info = rest.pop(0) if rest[0].startswith("來源") else "日期:2025-03-25 來源:山西日報"
    items = "".join(f'<li><a href="/{number}/">{line}</a></li>' for number, line in enumerate(menu))
    body = "".join(f"<p>{line}</p>" for line in rest)
    return f"""<html><head><meta charset="utf-8"><title>{title}_高新院</title></head><body><ul class="nav">{items}</ul>
    <div class="article"><h1>{title}</h1><div class="info">{info}</div><div class="content">{body}</div></div>
    <div class="footer">版權(quán)所有</div></body></html>""".encode()


def test_the_seeds_come_out_as_clean_simplified_chinese(drive: Any, workers: Workers, store: Store) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in need("seeds").glob("*.txt")}
    pages = {f"/{name}.html": seed_page(text, HEADLINES[name]) for name, text in texts.items()}
    titles = dict.fromkeys(pages, "關于人工智能産業的新聞標題")
    crawl(drive, workers, {**pages, "/list.html": list_page(titles)}, store)

    first, second = sorted(stored(store), key=lambda article: article.url)
    assert first.title == "山西省政协常委会会议聚焦人工智能产业发展——加快打造智能产业创新“策源地”"
    assert second.title.startswith("推进“人工智能+”行动 发挥“数据要素×”效应")
    assert [f"{a.published_at.astimezone(SHANGHAI):%F}" for a in (first, second) if a.published_at] == [
        "2024-09-10",
        "2025-03-25",
    ]
    assert (first.origin, second.origin) == ("高新院 achie.org", "山西日报")
    assert "中国移动(山西太原)智算中心" in first.text
    assert "(记者 张巨峰)" in second.text
    assert "太原武宿(国际)机场" in second.text
    for article in (first, second):
        assert not READING.search(article.title + article.text)
        assert [match.watch for match in article.matches] == ["ai-industry"]
        assert any("reading" in repair.what for repair in article.repairs)
