"""The program as its users meet it, in a folder of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from world.program import Fenghuo

SOURCES = """
[[source]]
id = "shili-park"
name = "示例高新区"
url = "http://www.shili.example/news/"
province = "山西"
level = "park"

[[watch]]
name = "suanli"
rule = "算力 AND 山西"
readers = ["wang"]

[[reader]]
name = "wang"
channels = ["mailto:wang@shili.example"]
"""


@pytest.fixture
def furnished(fenghuo: Fenghuo) -> Fenghuo:
    (fenghuo.folder / "watched.toml").write_text(SOURCES, encoding="utf-8")
    assert fenghuo("config", "import", "watched.toml").returncode == 0
    return fenghuo


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crawl", "no-such-source"], "no such source: no-such-source"),
        (["crawl"], "no source is enabled"),
        (["run"], "no source is enabled"),
        (["query", "(算力"], "1"),
        (["query", "算力", "--since", "someday"], "no date: someday"),
        (["query", "算力", "--level", "planet"], "level"),
        (["explain", "http://www.shili.example/never-seen.html"], "never seen"),
        (["explain", "not an address"], "address"),
        (["repair", "no-such-file.html"], "no-such-file.html"),
        (["sources", "enable", "--province", "火星"], "no such province: 火星"),
        (["sources", "show", "nothing"], "no such source: nothing"),
        (["watch", "add", "x", "(("], "x"),
        (["watch", "add", "x", "算力", "--rhythm", "sometimes"], "sometimes"),
        (["watch", "add", "x", "算力", "--reader", "nobody"], "nobody"),
        (["watch", "show", "nothing"], "no such watch: nothing"),
        (["watch", "remove", "nothing"], "no such watch: nothing"),
        (["config", "import", "nothing.toml"], "nothing.toml"),
        (["config", "check", "--config", "nothing.toml"], "nothing.toml"),
        (["init"], "--contact"),
        (["init", "--contact", "ops@shili.example", "--reader", "nobody"], "nobody"),
        (["init", "--contact", "ops@shili.example", "-p", "火星"], "火星"),
        (["init", "--contact", "ops"], "contact"),
        (["init", "--contact", "ops@shili.example", "--smtp-host", "127.0.0.1", "--smtp-port", "1"], "127.0.0.1"),
        (["mail", "test", "not an address"], "address"),
    ],
)
def test_wrong_input_gets_one_clear_line_and_exit_code_2(fenghuo: Fenghuo, arguments: list[str], words: str) -> None:
    result = fenghuo(*arguments)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert not (fenghuo.folder / "fenghuo.toml").exists()


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("sqlite:////no/such/folder/x.db", "/no/such/folder"),
        ("postgresql://nobody@127.0.0.1:1/none", "127.0.0.1"),
        ("mysql://x/y", "sqlite:///path or postgresql://"),
    ],
)
def test_a_database_that_cannot_be_reached(fenghuo: Fenghuo, database: str, words: str) -> None:
    (fenghuo.folder / "fenghuo.toml").write_text(f'database = "{database}"\n', encoding="utf-8")
    result = fenghuo("status")
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_every_fault_of_an_imported_file_is_named(fenghuo: Fenghuo) -> None:
    wrong = SOURCES.replace("url =", "urll =").replace('rule = "算力 AND 山西"', 'rule = "算力 AND ("')
    wrong = wrong.replace("mailto:wang@shili.example", "pigeon://wang")
    (fenghuo.folder / "watched.toml").write_text(wrong, encoding="utf-8")
    result = fenghuo("config", "import", "watched.toml")
    assert result.returncode == 2
    assert "watched.toml: [[source]] 1: unknown key 'urll'; did you mean 'url'?" in result.stderr
    assert "[[watch]] suanli: " in result.stderr
    assert "[[reader]] wang: " in result.stderr


def test_what_is_watched_goes_in_and_out_as_text(furnished: Fenghuo) -> None:
    exported = furnished("config", "export", "--all").stdout
    assert 'id = "shili-park"' in exported
    assert 'rule = "算力 AND 山西"' in exported
    furnished.folder /= "other"
    furnished.folder.mkdir()
    (furnished.folder / "again.toml").write_text(exported, encoding="utf-8")
    assert furnished("config", "import", "again.toml").returncode == 0
    assert furnished("config", "export", "--all").stdout == exported


def test_the_first_start_brings_the_catalogue_and_the_profile_and_enables_nothing(fenghuo: Fenghuo) -> None:
    assert "0 of 1368 enabled" in fenghuo("status").stdout.replace("1,368", "1368")
    assert "ai-industry" in fenghuo("watch", "list").stdout


def test_init_without_questions_writes_a_configuration_that_is_sound(fenghuo: Fenghuo) -> None:
    result = fenghuo("init", "--contact", "ops@shili.example", "-p", "山西", "--reader", "wang@shili.example")
    assert result.returncode == 0, result.stderr
    assert "sources enabled; wang@shili.example receives the digest" in result.stdout
    assert "sound" in fenghuo("config", "check").stdout
    assert "wang@shili.example" in fenghuo("watch", "show", "ai-industry").stdout
    assert fenghuo("init", "--contact", "ops@shili.example").returncode == 2


def test_a_crawl_without_a_contact_is_refused(furnished: Fenghuo) -> None:
    furnished("sources", "enable", "shili-park")
    result = furnished("crawl")
    assert result.returncode == 2
    assert "contact" in result.stderr


def test_repair_shows_what_and_why(fenghuo: Fenghuo) -> None:
    (fenghuo.folder / "page.html").write_bytes(
        "<p>新聞：產(chǎn)業(yè)發(fā)展與創(chuàng)新，產(chǎn)業(yè)園區(qū)</p>".encode()
    )
    result = fenghuo("repair", "page.html")
    assert "产业发展与创新" in result.stdout
    assert "repaired" in result.stdout


def test_query_as_json_lines_has_the_documented_keys(furnished: Fenghuo) -> None:
    result = furnished("query", "", "--all", "--json")
    assert result.returncode == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == []


def test_without_a_mail_server_the_test_mail_is_a_file(fenghuo: Fenghuo) -> None:
    result = fenghuo("mail", "test", "wang@shili.example")
    assert result.returncode == 0, result.stderr
    (mail,) = (fenghuo.folder / "fenghuo-mail").glob("*.eml")
    assert b"wang@shili.example" in mail.read_bytes()


def test_the_database_and_the_messages_can_be_looked_at(fenghuo: Fenghuo) -> None:
    assert "SQLite" in fenghuo("db", "check").stdout
    assert "sources" in fenghuo("db", "stats").stdout
    assert fenghuo("db", "backup", "copy.db").returncode == 0
    assert (fenghuo.folder / "copy.db").stat().st_size > 0
    assert fenghuo("deliveries", "list").returncode == 0
    assert "0 incidents are open" in fenghuo("health").stdout
    assert fenghuo("deliveries", "retry", "7").returncode == 2


def test_a_watch_is_added_changed_and_its_changes_remembered(fenghuo: Fenghuo) -> None:
    assert fenghuo("watch", "add", "suanli", "算力 AND 山西", "--reader", "wang@shili.example").returncode == 0
    assert fenghuo("watch", "add", "suanli", "算力").returncode == 2
    assert "version 2" in fenghuo("watch", "edit", "suanli", "--rule", "算力 AND 太原").stdout
    history = fenghuo("watch", "history", "suanli").stdout
    assert "算力 AND 山西" in history
    assert "算力 AND 太原" in history
    assert fenghuo("watch", "edit", "suanli", "--rule", "((").returncode == 2
    assert fenghuo("watch", "remove", "suanli").returncode == 0
