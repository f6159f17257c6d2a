"""The program as its users meet it, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitors.cli.screens import console
from monitors.workdays import CHINA
from storage import Store
from storage.records import Outcome, SourceState
from world.endpoint import Endpoint
from world.facts import visit
from world.told import NOON, PARK, finding, plan

if TYPE_CHECKING:
    from world.program import Fenghuo

ROOT = Path(__file__).parents[2]
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
        (["query", "(算力"], "at character 1: a bracket that is never closed"),
        (["query", "算力) OR (太原"], "at character 3: a bracket that was never opened"),
        (["query", "-招聘", "titel:算力"], "at character 5: no field is called titel"),
        (["query", "算力", "--since", "someday"], "no date: someday"),
        (["query", "算力", "--level", "planet"], "level"),
        (["explain", "http://www.shili.example/never-seen.html"], "never seen"),
        (["explain", "not an address"], "address"),
        (["repair", "no-such-file.html"], "no-such-file.html"),
        (["sources", "enable", "--province", "火星"], "no such province: 火星"),
        (["sources", "enable"], "say which"),
        (["sources", "disable"], "say which"),
        (["sources", "show", "nothing"], "no such source: nothing"),
        (["watch", "add", "x", "(("], "x"),
        (["watch", "add", "x", "算力", "--rhythm", "sometimes"], "sometimes"),
        (["watch", "add", "x", "算力", "--reader", "nobody"], "nobody"),
        (["watch", "show", "nothing"], "no such watch: nothing"),
        (["watch", "remove", "nothing"], "no such watch: nothing"),
        (["config", "import", "nothing.toml"], "nothing.toml"),
        (["config", "check", "--config", "nothing.toml"], "nothing.toml"),
        (["init"], "--contact"),
        (["init", "--contact", "ops@shili.example", "-p", "山西", "-l", "park"], "of confidence homepage"),
        (["nonsense"], "No such command 'nonsense'; `fenghuo --help` shows how"),
        (["sources", "show"], "Missing argument 'ID'; `fenghuo sources show --help` shows how"),
        (["query", "--nope"], "No such option: --nope"),
        (["query", "--limit", "0"], "greater than or equal to 1"),
        (["query", "--json", "--csv"], "choose one of"),
        (["query", "--xlsx", ""], "is a folder; name a file in it"),
        (["page", "export", "--warc", "x", "--since", "soon"], "--since soon: no date: soon"),
        (["db", "backup", ""], "is a folder"),
        (["watch", "add", "", "算力"], "[[watch]] '': a name is"),
        (["watch", "add", "a\nb", "算力"], "a name is"),
        (["init", "--contact", "ops@shili.example", "--reader", "nobody"], "nobody"),
        (["init", "--contact", "ops@shili.example", "-p", "火星"], "火星"),
        (["init", "--contact", "ops"], "contact"),
        (["init", "--contact", "ops@shili.example", "--smtp-host", "127.0.0.1", "--smtp-port", "1"], "127.0.0.1"),
        (["mail", "test", "not an address"], "address"),
        (["readers", "unsubscribe", "nobody", "suanli"], "no such reader: nobody"),
        (["deliveries", "show", "7"], "no such message: 7"),
        (["deliveries", "list", "--state", "lost"], "no such state: lost"),
    ],
)
def test_wrong_input_gets_one_clear_line_and_exit_code_2(begun: Fenghuo, arguments: list[str], words: str) -> None:
    result = begun(*arguments)
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert not (begun.folder / "fenghuo.toml").exists()


@pytest.mark.parametrize(
    "line",
    [
        "status", "query 算力", "query --count --json", "explain http://www.shili.example/1.html", "health",
        "config export", "reprocess", "reprocess --dry-run", "page http://www.shili.example/1.html", "watch list",
        "watch remove suanli", "watch backtest 算力", "readers list", "deliveries list", "deliveries retry 7", "digest",
        "db check", "db stats", "db backup copy.db", "db vacuum", "sources disable --level park",
    ],
)  # fmt: skip
def test_what_needs_a_database_makes_none(fenghuo: Fenghuo, line: str) -> None:
    result = fenghuo(*line.split())
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert f"no database at {fenghuo.folder / 'fenghuo.db'}" in result.stderr
    assert list(fenghuo.folder.iterdir()) == []


def test_what_is_shipped_can_be_looked_at_before_there_is_a_database(fenghuo: Fenghuo) -> None:
    listed = fenghuo("sources", "list", "-p", "山西")
    assert "20 sources" in listed.stdout
    assert "no database at" in listed.stderr
    assert 'province = "山西"' in fenghuo("sources", "export", "--all").stdout
    (fenghuo.folder / "page.html").write_text(
        "<title>算力中心开工</title><p>太原的算力中心开工。</p>", encoding="utf-8"
    )
    assert "hit" in fenghuo("watch", "test", "算力", "page.html").stdout
    assert [one.name for one in fenghuo.folder.iterdir()] == ["page.html"]


def test_a_group_without_a_command_shows_its_help_once(fenghuo: Fenghuo) -> None:
    for arguments in ([], ["sources"]):
        result = fenghuo(*arguments)
        assert (result.returncode, result.stderr, result.stdout.count("Usage:")) == (2, "", 1)


def test_the_version_is_said(fenghuo: Fenghuo) -> None:
    assert re.fullmatch(r"fenghuo \d+\.\d+\.\d+\n", fenghuo("--version").stdout)


def test_files_of_a_notepad_are_read_or_the_charset_is_named(fenghuo: Fenghuo) -> None:
    (fenghuo.folder / "fenghuo.toml").write_text('contact = "ops@shili.example" # 值班\n', encoding="utf-8-sig")
    assert "sound" in fenghuo("config", "check").stdout
    (fenghuo.folder / "fenghuo.toml").write_text('contact = "ops@shili.example" # 值班\n', encoding="gb18030")
    assert fenghuo("config", "check").stderr == "fenghuo: fenghuo.toml: it is not UTF-8; save it as UTF-8\n"
    (fenghuo.folder / "fenghuo.toml").unlink()
    (fenghuo.folder / "watched.toml").write_text(SOURCES, encoding="gb18030")
    assert "save it as UTF-8" in fenghuo("config", "import", "watched.toml").stderr


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
    assert "no source is enabled" in fenghuo("crawl").stderr
    assert "0 of 1368 enabled" in fenghuo("status").stdout.replace("1,368", "1368")
    assert "ai-industry" in fenghuo("watch", "list").stdout


def test_init_without_questions_writes_a_configuration_that_is_sound(fenghuo: Fenghuo) -> None:
    result = fenghuo("init", "--contact", "ops@shili.example", "-p", "山西", "--reader", "wang@shili.example")
    assert result.returncode == 0, result.stderr
    assert "sources enabled; wang@shili.example receives the digest" in result.stdout
    assert "sound" in fenghuo("config", "check").stdout
    assert "wang@shili.example" in fenghuo("watch", "show", "ai-industry").stdout
    assert fenghuo("init", "--contact", "ops@shili.example").returncode == 2


class Person(StringIO):
    def isatty(self) -> bool:
        return True


def test_init_asks_again_where_an_answer_is_wrong(fenghuo: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["ops", "ops@shili.example", "火星", "山西、江苏", "village", "", "wang", "wang@shili.example", ""]
    monkeypatch.setattr("sys.stdin", Person("\n".join([*answers, ""])))
    result = fenghuo("init")
    assert result.returncode == 0, result.stderr
    assert "wang@shili.example receives the digest" in result.stdout
    assert result.stdout.count("no such") == 2
    provinces = {row["province"] for row in json.loads(fenghuo("sources", "list", "--enabled", "--json").stdout)}
    assert provinces == {"山西", "江苏"}


def test_the_columns_of_counties_are_there_for_those_who_ask(fenghuo: Fenghuo) -> None:
    assert "96 sources" in fenghuo("sources", "list", "-p", "山西", "-l", "county").stdout
    assert "20 sources" in fenghuo("sources", "list", "-p", "山西").stdout
    enabled = fenghuo("sources", "enable", "-p", "山西", "-l", "county")
    assert enabled.returncode == 0, enabled.stderr
    listed = fenghuo("sources", "list", "--enabled").stdout
    assert listed.splitlines()[-1] in enabled.stdout


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
    assert "before   新聞：產(chǎn)業(yè)發(fā)展與創(chuàng)新" in result.stdout
    assert "after    新闻：产业发展与创新" in result.stdout
    assert "repaired" in result.stdout


def test_repair_lets_no_command_of_a_page_reach_the_terminal(fenghuo: Fenghuo) -> None:
    (fenghuo.folder / "page.txt").write_text("算力\x1b[31m与\x1b]0;title\x07智算", encoding="utf-8")
    assert not set("\x1b\x07") & set(fenghuo("repair", "page.txt").stdout)


def test_query_as_json_lines_has_the_documented_keys(furnished: Fenghuo) -> None:
    result = furnished("query", "", "--all", "--json")
    assert result.returncode == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == []


def test_a_hit_shows_its_address_whole_on_a_narrow_terminal(told: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", 30)
    shown = told("query", "大模型", "--all").stdout
    assert finding(1).url in shown and "大模型项目1号开工" in shown
    assert told("query", "无此词", "--csv").stdout.startswith("url,title,published_at,")


def test_ids_are_whole_on_a_narrow_terminal(furnished: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", 60)
    assert "shili-park" in furnished("sources", "list", "-p", "山西").stdout


def test_in_a_pipe_a_row_is_a_line(furnished: Fenghuo) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    program = [sys.executable, "-c", "from monitors.cli import main; main()", "sources", "list", "-p", "山西"]
    piped = subprocess.run(
        program, cwd=furnished.folder, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    (row,) = (line for line in piped.stdout.splitlines() if "shili-park" in line)
    assert "示例高新区" in row and "http://www.shili.example/news/" in row


def test_ctrl_c_is_told(begun: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitors.overview.overview", interrupted)
    result = begun("status")
    assert (result.returncode, result.stderr) == (130, "fenghuo: stopped\n")


def test_what_is_listed_is_there_for_programs_too(furnished: Fenghuo) -> None:
    sources = json.loads(furnished("sources", "list", "-p", "山西", "--json").stdout)
    assert "http://www.shili.example/news/" in {source["url"] for source in sources if source["id"] == "shili-park"}
    (reader,) = json.loads(furnished("readers", "list", "--json").stdout)
    assert (reader["name"], reader["watches"], reader["channels"]) == (
        "wang",
        ["suanli"],
        ["mailto:wang@shili.example"],
    )


def test_the_state_of_things_is_there_for_programs_too(furnished: Fenghuo) -> None:
    store = Store.open(f"sqlite:///{furnished.folder / 'fenghuo.db'}", now=NOON)
    store.set_enabled(["shili-park"], True, now=NOON)
    (claim,) = store.claim_visits(now=NOON, lease=timedelta(minutes=1), hosts=1)
    failed = replace(visit("shili-park"), outcome=Outcome.UNREACHABLE, detail="no answer\x9b2J", ended_at=NOON)
    state = SourceState(source_id="shili-park", last_outcome=Outcome.UNREACHABLE, failures=1)
    assert store.finish_visit(failed, state, lease=claim.lease)
    store.close()

    status = json.loads(furnished("status", "--json").stdout)
    assert (status["sources"], status["enabled"], status["deliveries"]) == (1369, 1, {})
    assert status["troubled"] == [
        {"source": "shili-park", "name": "示例高新区", "outcome": "unreachable", "detail": "no answer\x9b2J"}
    ]
    shown = furnished("sources", "show", "shili-park", "--json").stdout
    assert "\x9b" not in shown
    source = json.loads(shown)
    assert (source["url"], source["state"]["failures"]) == ("http://www.shili.example/news/", 1)
    assert (source["visits"][0]["ended_at"], source["visits"][0]["outcome"]) == (NOON.isoformat(), "unreachable")
    assert all(check["sound"] for check in json.loads(furnished("db", "check", "--json").stdout))
    assert ("sources", 1369) in {
        (size["name"], size["rows"]) for size in json.loads(furnished("db", "stats", "--json").stdout)
    }


def test_query_takes_the_exclusion_of_a_term_for_no_option(furnished: Fenghuo) -> None:
    assert json.loads(furnished("query", "-招聘", "--count", "--json").stdout) == {"number": 0, "more": False}
    assert json.loads(furnished("query", "-招聘", "--facets", "--json").stdout)["province"] == []


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("province:火星", "province:火星 fits no source; there are 上海, 云南"),
        ("算力 OR -(province:陜西省)", "province:陜西省 fits no source; did you mean 陕西 or"),
        ("level:county", "level:county fits no source; there are city, department"),
        ("source:示例高兴区", "source:示例高兴区 fits no source; did you mean 示例高新区?"),
        ("source:nothing-like-it", "source:nothing-like-it fits no source; `fenghuo sources list` shows them"),
        ("watch:suanly", "watch:suanly fits no watch; did you mean suanli?"),
    ],
)
def test_what_fits_nothing_here_is_told_beside_the_results(furnished: Fenghuo, expression: str, words: str) -> None:
    result = furnished("query", expression, "--count", "--json")
    assert (result.returncode, list(json.loads(result.stdout))) == (0, ["number", "more"])
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_is_known_here_is_not_told_of(furnished: Fenghuo) -> None:
    known = "province:山西省,山西 level:园区 source:高新区 source:shili-park -watch:suanli 火星"
    assert furnished("query", known).stderr == ""


def test_a_slip_is_told_wherever_an_expression_is_taken(furnished: Fenghuo) -> None:
    words = "province:火星 fits no source"
    assert words in furnished("query", "--province", "火星").stderr
    assert words in furnished("reprocess", "--dry-run", "province:火星").stderr
    assert words in furnished("page", "export", "--warc", "x.warc", "province:火星").stderr
    assert words in furnished("watch", "backtest", "province:火星").stderr
    added = furnished("watch", "add", "mars", "province:火星")
    assert words in added.stderr
    assert added.returncode == 0


def test_without_a_mail_server_the_test_mail_is_a_file(fenghuo: Fenghuo) -> None:
    result = fenghuo("mail", "test", "wang@shili.example")
    assert result.returncode == 0, result.stderr
    (mail,) = (fenghuo.folder / "fenghuo-mail").glob("*.eml")
    assert b"wang@shili.example" in mail.read_bytes()


def test_the_database_and_the_messages_can_be_looked_at(begun: Fenghuo) -> None:
    assert "SQLite" in begun("db", "check").stdout
    assert "sources" in begun("db", "stats").stdout
    assert begun("db", "backup", "copy.db").returncode == 0
    assert (begun.folder / "copy.db").stat().st_size > 0
    assert begun("deliveries", "list").returncode == 0
    assert "0 incidents are open" in begun("health").stdout
    assert begun("health", "--json").stdout == "[]\n"
    assert begun("deliveries", "retry", "7").returncode == 2


@pytest.fixture
def told(furnished: Fenghuo) -> Fenghuo:
    """With a story that is owed."""
    store = Store.open(f"sqlite:///{furnished.folder / 'fenghuo.db'}", now=NOON)
    owed = plan("wang", kind="digest", watch="suanli", due_at=datetime.now(UTC) + timedelta(hours=1))
    store.keep([finding(1, owed, source=replace(PARK, id="shili-park"))], now=NOON)
    store.close()
    return furnished


def test_a_digest_is_looked_at_and_sent_early(told: Fenghuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c \"import sys; open('opened', 'w').write(sys.argv[1])\" %s")
    assert "wrote page.html" in told("digest", "suanli", "--preview", "--file", "page.html").stdout
    assert "大模型项目1号开工" in re.sub("<[^>]*>", "", (told.folder / "page.html").read_text(encoding="utf-8"))
    assert (told.folder / "opened").read_text().endswith("/page.html")
    assert "1 message sent" in told("digest", "--send").stdout
    assert "nothing new" in told("digest").stdout


def test_a_digest_that_cannot_be_written_is_told(told: Fenghuo) -> None:
    result = told("digest", "--file", "no/such/folder.html")
    assert (result.returncode, result.stderr) == (2, "fenghuo: no/such/folder.html: No such file or directory\n")


def test_a_digest_that_cannot_be_sent_says_what_keeps_it(told: Fenghuo) -> None:
    (told.folder / "fenghuo.toml").write_text('[smtp]\nhost = "127.0.0.1"\nport = 1\nsender = "f@shili.example"\n')
    said = told("digest", "--send").stdout
    assert "0 messages sent" in said and "message 1 to wang is pending: 127.0.0.1:1 cannot be reached" in said


def test_a_message_is_listed_shown_dropped_and_sent_again(told: Fenghuo) -> None:
    told("digest", "--send")
    (listed,) = (json.loads(line) for line in told("deliveries", "list", "--json").stdout.splitlines())
    assert (listed["state"], listed["reader"], listed["tries"]) == ("sent", "wang", 1)
    shown = told("deliveries", "show", "1").stdout
    assert "state:       sent" in shown and "To: wang@shili.example" in shown and "大模型项目1号开工" in shown
    assert "From: =?utf-8" in told("deliveries", "show", "1", "--raw").stdout
    assert "message 1 is sent" in told("deliveries", "retry", "1").stderr
    assert "cannot be given up" in told("deliveries", "drop", "1").stderr


def test_a_reader_who_wants_no_more_is_seen(told: Fenghuo) -> None:
    assert told("readers", "unsubscribe", "wang", "suanli").returncode == 0
    assert told("readers", "list").stdout.count("suanli") == 1
    assert 'unsubscribed = ["suanli"]' in told("watch", "show", "suanli").stdout
    assert "nothing new" in told("digest").stdout
    assert told("readers", "resubscribe", "wang", "suanli").returncode == 0
    assert "unsubscribed" not in told("watch", "show", "suanli").stdout


def test_each_channel_of_a_reader_is_tried(fenghuo: Fenghuo) -> None:
    with Endpoint() as hook, Endpoint(replies=[(404, {}, "")]) as gone:
        channels = json.dumps(["mailto:li@shili.example", f"{hook.base}/hook", f"{gone.base}/gone"])
        (fenghuo.folder / "reader.toml").write_text(f'[[reader]]\nname = "li"\nchannels = {channels}\n')
        (fenghuo.folder / "fenghuo.toml").write_text('allow_private = ["127.0.0.1"]\n')
        assert fenghuo("config", "import", "reader.toml").returncode == 0
        tried = fenghuo("readers", "test", "li")
    assert tried.returncode == 1 and tried.stdout.count(": taken (") == 2 and ": refused (404" in tried.stdout
    assert (hook.posted[0].json["kind"], hook.posted[0].json["subject"]) == ("test", "[Fenghuo] 测试消息")
    assert len(list((fenghuo.folder / "fenghuo-mail").glob("*.eml"))) == 1
    assert fenghuo("readers", "test", "nobody").returncode == 2


def test_a_watch_for_a_known_reader_leaves_the_reader_as_is(fenghuo: Fenghuo) -> None:
    known = '[[reader]]\nname = "li@shili.example"\nchannels = ["wecom://token-1"]\nlanguage = "en"\n'
    (fenghuo.folder / "reader.toml").write_text(known)
    assert fenghuo("config", "import", "reader.toml").returncode == 0
    assert fenghuo("watch", "add", "suanli", "算力", "--reader", "li@shili.example").returncode == 0
    assert 'language = "en"' in fenghuo("watch", "show", "suanli").stdout


def test_a_watch_is_added_changed_and_its_changes_remembered(fenghuo: Fenghuo) -> None:
    assert fenghuo("watch", "add", "suanli", "算力 AND 山西", "--reader", "wang@shili.example").returncode == 0
    assert fenghuo("watch", "add", "suanli", "算力").returncode == 2
    assert "version 2" in fenghuo("watch", "edit", "suanli", "--rule", "算力 AND 太原").stdout
    history = fenghuo("watch", "history", "suanli").stdout
    assert "算力 AND 山西" in history
    assert "算力 AND 太原" in history
    assert fenghuo("watch", "edit", "suanli", "--rule", "((").returncode == 2
    assert "version 2; nothing was changed" in fenghuo("watch", "edit", "suanli").stdout
    assert "it is off" in fenghuo("watch", "edit", "suanli", "--off").stdout
    assert fenghuo("watch", "remove", "suanli").returncode == 0


PROFILE = '[weights]\nstrong = 0.9\n[[group]]\nname = "醋"\nstrong = ["陈醋"]\n'


def test_a_profile_of_ones_own_goes_in_and_out_as_text(fenghuo: Fenghuo, tmp_path: Path) -> None:
    (fenghuo.folder / "vinegar.toml").write_text(PROFILE, encoding="utf-8")
    assert fenghuo("watch", "add", "cu", "--profile", "vinegar.toml").returncode == 0
    exported = fenghuo("config", "export").stdout
    assert '[[profile]]\nname = "vinegar"' in exported
    (fenghuo.folder / "watched.toml").write_text(exported, encoding="utf-8")
    (fenghuo.folder / "fenghuo.toml").write_text('database = "sqlite:///other.db"\n', encoding="utf-8")
    assert "1 profiles" in fenghuo("config", "import", "watched.toml").stdout
    assert fenghuo("config", "export").stdout == exported
    assert fenghuo("watch", "edit", "cu", "--profile", "vinegar").returncode == 0


def test_profiles_and_holidays_are_named_in_the_configuration(fenghuo: Fenghuo) -> None:
    (fenghuo.folder / "vinegar.toml").write_text(PROFILE, encoding="utf-8")
    (fenghuo.folder / "days.toml").write_text("rest = [2099-01-01]\n", encoding="utf-8")
    (fenghuo.folder / "fenghuo.toml").write_text(
        'profiles = ["vinegar.toml"]\nholidays = "days.toml"\n', encoding="utf-8"
    )
    assert fenghuo("watch", "add", "cu", "--profile", "vinegar").returncode == 0
    assert not CHINA.works(date(2099, 1, 1))
    (fenghuo.folder / "vinegar.toml").write_text(PROFILE.replace("陈醋", "香醋"), encoding="utf-8")
    assert json.loads(fenghuo("watch", "list", "--json").stdout)[1]["version"] == 2
    (fenghuo.folder / "vinegar.toml").write_text(PROFILE.replace("strong =", "strogn =", 1), encoding="utf-8")
    assert fenghuo("watch", "list").stderr.startswith("fenghuo: vinegar.toml:5: ")
    (fenghuo.folder / "days.toml").write_text("\nrest = 2099-01-01\n", encoding="utf-8")
    assert fenghuo("status").stderr.startswith("fenghuo: days.toml:2: rest is not a list of dates")
    (fenghuo.folder / "fenghuo.toml").unlink()
    assert fenghuo("status").returncode == 0
    assert CHINA.works(date(2099, 1, 1))


def test_a_rule_is_applied_to_the_past_and_that_is_remembered(fenghuo: Fenghuo) -> None:
    assert fenghuo("watch", "add", "suanli", "算力", "--since", "30d").returncode == 0
    told = json.loads(fenghuo("watch", "edit", "suanli", "--rule", "芯片", "--since", "7d", "--json").stdout)
    assert (told["version"], told["looked_at"], told["added"], told["notify"]) == (2, 0, [], False)
    assert "applied to what was published since" in fenghuo("watch", "history", "suanli").stdout
    assert json.loads(fenghuo("watch", "edit", "suanli", "--cap", "7", "--json").stdout)["cap"] == 7
    assert fenghuo("watch", "edit", "suanli", "--since", "soon").returncode == 2
    assert "--since 7d" in fenghuo("watch", "edit", "suanli", "--notify").stderr
    assert [change["added"] for change in json.loads(fenghuo("watch", "history", "suanli", "--json").stdout)] == [0] * 5


def test_a_watch_is_edited_in_all_its_parts(fenghuo: Fenghuo) -> None:
    fenghuo("watch", "add", "suanli", "算力")
    parts = [
        "--reader",
        "wang@shili.example",
        "--quiet-hours",
        "22:00-07:00",
        "--cap",
        "3",
        "--timezone",
        "Europe/Paris",
    ]
    assert fenghuo("watch", "edit", "suanli", *parts, "--off").returncode == 0
    (watch,) = [one for one in json.loads(fenghuo("watch", "list", "--json").stdout) if one["name"] == "suanli"]
    said = {"readers": ["wang@shili.example"], "quiet_hours": "22:00-07:00", "cap": 3, "timezone": "Europe/Paris"}
    assert watch.items() >= (said | {"enabled": False, "version": 1}).items()
    assert "wang@shili.example" in fenghuo("watch", "show", "suanli").stdout
    assert "timezone Europe/Paris" in fenghuo("watch", "history", "suanli").stdout
    assert fenghuo("watch", "edit", "suanli", "--timezone", "Mars").returncode == 2
    assert fenghuo("watch", "history", "nothing").returncode == 2


def test_what_may_be_said_of_a_new_watch_may_be_said_of_an_old_one(fenghuo: Fenghuo) -> None:
    added, edited = (set(re.findall(r"--[a-z-]+", fenghuo("watch", name, "--help").stdout)) for name in ("add", "edit"))
    assert edited - added == {"--rule", "--on", "--off"}
    assert added <= edited
    assert "--quiet-hours" in added
