"""How a source is found: its column, its name, its place; and the commands that do it, on a simulated site."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.catalogue import load
from monitors.naming import id_of, name_of, place_of
from monitors.scouting import columns, look_at_file
from storage.records import Level, Source
from world.articles import items
from world.layouts import dede_gbk, html, meta_article, trs_static
from world.server import Reply, World

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
HOST = "www.shiligxq.example"
TODAY = datetime.now(UTC).date()
HOME = html(
    '<a href="/tpxw/">图片新闻</a><a href="/zwgk/">政务公开</a><a href="/gwy/">国务院要闻</a>'
    '<a href="/xwzx/">新闻中心</a><a href="/xw/index.html">高新要闻</a>',
    "<meta name='SiteName' content='太原示例高新区'><title>首页-太原示例高新区</title>",
)


def test_the_likeliest_column_comes_first_and_others_news_is_left_out() -> None:
    found = columns(HOME.decode(), f"http://{HOST}/")
    assert [column.name for column in found] == ["高新要闻", "新闻中心"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta name='SiteName' content='示例市政府'><meta name='ColumnName' content='要闻'>", "示例市政府 - 要闻"),
        ("<title>工作动态-示例高新区</title>", "示例高新区 - 工作动态"),
        ("<title>要闻</title>", "要闻"),
        ("", "a.example"),
    ],
)  # fmt: skip
def test_a_source_is_named_as_the_catalogue_does(head: str, name: str) -> None:
    assert name_of(head, "a.example") == name


def test_ids_are_words_of_the_address_and_never_taken_twice() -> None:
    assert id_of("http://www.shili.gov.cn/xw/zwyw/index.html", []) == "shili-gov-cn-xw-zwyw"
    taken = ["shili-gov-cn-xw", "shili-gov-cn-xw-2"]
    assert id_of("http://www.shili.gov.cn/xw/", taken) == "shili-gov-cn-xw-3"


def test_province_and_level_come_from_the_catalogue_or_the_name() -> None:
    known = next(source for source in load() if source.level is Level.CITY and source.province == "山西")
    assert place_of("随便", known.url, load()) == ("山西", Level.CITY)
    assert place_of("山西示例经济技术开发区", "http://kfq.example/", load()) == ("山西", Level.PARK)
    assert place_of("无处", "http://nowhere.example/", ()) == ("", None)


def test_a_saved_page_is_read_as_list_and_as_article(tmp_path: Path) -> None:
    entry = items(1, TODAY)[0]
    (tmp_path / "page.html").write_bytes(meta_article(entry))
    found = look_at_file(tmp_path / "page.html", Source(id="try", name="x", url="http://a.example/"))
    assert not found.is_list
    assert (found.article.title, found.article.text) == (entry.title, entry.text)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """With a configuration that knows where the simulated sites are."""
    site = trs_static(HOST, items(12, TODAY))
    site = replace(site, pages=dict(site.pages) | {"/": Reply(body=HOME), "/xwzx/": Reply(status=404)})
    with World(site, dede_gbk("gbk.example", items(4, TODAY))) as world:
        hosts = "\n".join(f'"{name}" = "{address}"' for name, address in world.hosts.items())
        (tmp_path / "fenghuo.toml").write_text(f'contact = "a@b.example"\n[crawl]\ndelay = 0\n[hosts]\n{hosts}\n')
        yield tmp_path


def fenghuo(folder: Path, *words: str) -> tuple[int, str]:
    return program(folder, "sources", *words)


def program(folder: Path, *words: str) -> tuple[int, str]:
    start = "import sys; from monitors.cli import main; sys.argv[0] = 'fenghuo'; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_source_is_tried_added_checked_and_exported(folder: Path) -> None:
    code, said = fenghuo(folder, "try", "http://gbk.example/plus/list.php?tid=3", "--allow-private")
    assert code == 0, said
    assert "gb18030" in said
    assert items(4, TODAY)[0].title in said

    code, said = fenghuo(folder, "add", f"http://{HOST}/", "--yes", "--allow-private")
    assert code == 0, said
    assert "shiligxq-example-xw" in said

    code, said = fenghuo(folder, "check", "--csv", "health.csv")
    assert code == 0, said
    with (folder / "health.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Id"], row["Outcome"], row["New"]) == ("shiligxq-example-xw", "ok", "12")

    code, said = fenghuo(folder, "export")
    assert f'url = "http://{HOST}/xw/index.html"' in said


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("try", "ftp://a.example/"), "neither a web address nor a file"),
        (("try", "http://no-such-host.invalid/"), "not read: dns"),
        (("try", f"http://{HOST}/xw/index.html"), "not read: private-address"),
        (("try", f"http://{HOST}/admin/", "--allow-private"), "not read: robots"),
        (("try", "no-such-page.html"), "neither a web address nor a file"),
        (("try", f"http://{HOST}/", "--encoding", "klingon"), "no such encoding"),
        (("add", "https://www.cac.gov.cn/wxzw/wxfb/A093702index_1.htm"), "already known as china-cac"),
        (("check", "no-such-source"), "no such source"),
        (("check", "--csv", "no-such-folder/health.csv"), "no such folder"),
    ],
)
def test_wrong_input_is_one_line(folder: Path, words: tuple[str, ...], remedy: str) -> None:
    code, said = fenghuo(folder, *words)
    assert code == 2
    assert remedy in said
    assert len(said.strip().splitlines()) == 1


def test_a_round_in_which_every_source_failed_is_told(folder: Path) -> None:
    shut = '[[source]]\nid = "shut"\nname = "shut"\nurl = "http://127.0.0.1:1/"\nallow_private = true\ndelay = 0.0\n'
    (folder / "shut.toml").write_text(shut, encoding="utf-8")
    assert program(folder, "config", "import", "shut.toml")[0] == 0
    assert fenghuo(folder, "enable", "shut")[0] == 0
    for words in (("crawl",), ("sources", "check")):
        code, said = program(folder, *words)
        assert code == 1
        assert "1 source visited with 1 request, 1 in trouble: 0 new, 0 matched" in said.splitlines()
