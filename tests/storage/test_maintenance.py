import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import Store
from storage.errors import StoreDamaged, StoreLocked, StoreMisplaced
from storage.files import network_of
from storage.maintenance import Check
from world.bystanders import bystander, said
from world.databases import Databases
from world.facts import DAY, NOW, finding, matched, page, source


@pytest.fixture
def filled(store: Store) -> Store:
    store.add_sources([source()], now=NOW)
    store.keep([matched(finding(1)), finding(2)], now=NOW)
    return store


def test_a_sound_database_passes_its_check(filled: Store) -> None:
    checks = filled.check()
    assert [check for check in checks if not check.sound] == []
    assert {"schema", "search index"} <= {check.name for check in checks}


def test_sizes_are_told_by_table(filled: Store) -> None:
    sizes = {one.name: one for one in filled.stats()}
    assert (sizes["articles"].rows, sizes["search_grams"].rows) == (2, 2)
    assert all(one.bytes for one in sizes.values())
    assert sum(one.bytes for one in sizes.values()) <= filled.status(now=NOW).size_bytes


def test_vacuum_leaves_everything_in_its_place(filled: Store) -> None:
    filled.vacuum()
    assert [one.title for one in filled.search("第1号", now=NOW).articles] == ["第1号项目的消息"]


def test_texts_without_a_match_go_after_their_time_and_are_found_no_more(filled: Store) -> None:
    assert filled.prune(now=NOW + 29 * DAY, keep_days=30) == 0
    assert filled.prune(now=NOW + 31 * DAY, keep_days=30) == 1
    assert filled.prune(now=NOW + 31 * DAY, keep_days=30) == 0
    assert [one.key for one in filled.search("号", now=NOW, all_articles=True).articles] == [finding(1).key]
    assert all(check.sound for check in filled.check())


def test_what_was_forgotten_is_still_known_and_so_are_its_reprints(filled: Store) -> None:
    story = filled.article(finding(2).key)
    assert story is not None
    filled.prune(now=NOW + 31 * DAY, keep_days=30)
    assert filled.known([finding(2).key], now=NOW) == {finding(2).key}
    forgotten = filled.article(finding(2).key)
    assert forgotten is not None
    assert (forgotten.title, forgotten.text) == (finding(2).title, "")
    [reprint] = filled.keep([finding(2, key="other/2", url="http://other/2")], now=NOW)
    assert (reprint.story_id, reprint.relation) == (story.story_id, "same")


def test_a_forgotten_text_that_a_new_watch_wants_is_kept_again(filled: Store) -> None:
    filled.prune(now=NOW + 31 * DAY, keep_days=30)
    filled.keep([matched(finding(2))], now=NOW)
    article = filled.article(finding(2).key)
    assert article is not None
    assert article.text == finding(2).text
    assert len(filled.search("号", now=NOW).articles) == 2


class TestFiles:
    """What SQLite alone knows."""

    @pytest.fixture
    def databases(self, tmp_path: Path, made_file: Path) -> Databases:
        return Databases(kind="sqlite", folder=tmp_path, server=None, template=made_file)

    def test_a_backup_made_while_others_write_is_whole(self, filled: Store, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        filled.backup(copy)
        filled.keep([finding(3)], now=NOW)
        restored = Store.open(f"sqlite:///{copy}", now=NOW)
        assert restored.status(now=NOW).articles == 2
        assert all(check.sound for check in restored.check())
        restored.close()

    def test_a_backup_made_under_a_crawl_is_consistent(self, filled: Store, url: str, tmp_path: Path) -> None:
        with bystander("write", url, "1") as writer:
            for number in range(5):
                said(writer)
                filled.backup(tmp_path / f"{number}.db")
            acknowledged = int(said(writer))
        for number in range(5):
            copy = Store.open(f"sqlite:///{tmp_path}/{number}.db", now=NOW)
            status = copy.status(now=NOW)
            # The writer's articles come in fives, each with its match, plan and page; two were there before.
            assert (status.articles - 2) % 5 == 0
            assert 5 * number < status.articles - 2 <= acknowledged
            assert len(copy.pages(limit=1000)) == status.articles - 2 == status.items - 1
            assert all(check.sound for check in copy.check())
            copy.close()

    def test_a_page_whose_bytes_have_changed_is_found_out(self, filled: Store, url: str) -> None:
        filled.keep([matched(replace(finding(number), page=page(b"%d" % number * 99))) for number in (3, 4)], now=NOW)
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            [body] = connection.execute("SELECT body FROM pages WHERE article_id = 4").fetchone()
            torn = body[:-5] + bytes([body[-5] ^ 1]) + body[-4:]
            connection.execute("UPDATE pages SET body = ? WHERE article_id = 4", (torn,))
        connection.close()
        [wrong] = [check for check in filled.check() if not check.sound]
        assert (wrong.name, wrong.detail) == (
            "pages as received",
            "2, 1 cannot be unpacked, the first of article 4",
        )
        with pytest.raises(StoreDamaged, match="restore a backup"):
            filled.page(finding(4).url)
        assert filled.page(finding(3).url) is not None

    def test_a_journal_that_a_reader_holds_back_is_told(self, filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("storage.maintenance.CHECKPOINT_BYTES", 1_000)
        monkeypatch.setattr("storage.database.CHECKPOINT_BYTES", 1_000)
        monkeypatch.setattr("storage.database.CHECKPOINT_SECONDS", 0)
        filled._database._checkpoint_at = 1_000
        with filled._database.reader.begin() as reader:
            reader.exec_driver_sql("SELECT count(*) FROM articles").scalar_one()
            filled.keep([finding(number) for number in range(10, 20)], now=NOW)
            [wrong] = [check for check in filled.check() if not check.sound]
        assert wrong.name == "journal"
        assert "a reader that has been at work for long" in wrong.detail
        filled.keep([finding(99)], now=NOW)
        filled._database._checkpoint_at = 0
        filled.keep([finding(98)], now=NOW)
        assert all(check.sound for check in filled.check())

    def test_a_file_that_may_only_be_read_can_be_checked(self, filled: Store, url: str) -> None:
        reading = Store.open(url, now=NOW, read_only=True)
        assert all(check.sound for check in reading.check())
        reading.close()

    def test_a_backup_never_overwrites_the_database(self, filled: Store, url: str) -> None:
        with pytest.raises(StoreMisplaced, match="is the database itself"):
            filled.backup(Path(url.removeprefix("sqlite:///")))

    def test_a_backup_needs_a_folder(self, filled: Store, tmp_path: Path) -> None:
        with pytest.raises(StoreMisplaced, match="no folder"):
            filled.backup(tmp_path / "none" / "copy.db")

    def test_a_backup_takes_the_place_of_a_database_that_is_kept_aside(
        self, filled: Store, url: str, tmp_path: Path
    ) -> None:
        copy = tmp_path / "copy.db"
        filled.backup(copy)
        filled.keep([finding(3)], now=NOW)
        filled.close()
        aside = Store.restore(url, copy)
        store = Store.open(url, now=NOW)
        assert store.status(now=NOW).articles == 2
        store.close()
        assert aside is not None
        with sqlite3.connect(aside) as old:
            assert old.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        old.close()

    def test_a_database_in_use_is_not_replaced(self, filled: Store, url: str, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        filled.backup(copy)
        with pytest.raises(StoreLocked, match="in use"):
            Store.restore(url, copy)

    @pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00"])
    def test_what_is_no_backup_is_not_put_back(self, filled: Store, url: str, tmp_path: Path, content: bytes) -> None:
        wrong = tmp_path / "wrong.db"
        wrong.write_bytes(content)
        filled.close()
        with pytest.raises(Exception, match=r"wrong\.db"):
            Store.restore(url, wrong)
        store = Store.open(url, now=NOW)
        assert store.status(now=NOW).articles == 2
        store.close()

    def test_a_database_of_somebody_else_is_no_backup(self, filled: Store, url: str, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE notes (text)")
        connection.close()
        filled.close()
        with pytest.raises(StoreMisplaced, match="no database of Fenghuo"):
            Store.restore(url, other)

    def test_the_journal_is_written_back_when_it_has_grown(
        self, filled: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("storage.database.CHECKPOINT_BYTES", 100_000)
        monkeypatch.setattr(filled._database, "_checkpoint_at", 100_000)
        journal = Path(f"{url.removeprefix('sqlite:///')}-wal")
        for number in range(10, 60):
            filled.keep([finding(number)], now=NOW)
        assert journal.stat().st_size < 400_000


def test_backups_of_postgresql_are_left_to_its_own_tools(server: object, tmp_path: Path) -> None:
    store = Store.open(server.url(server.template), now=datetime.now(UTC))  # type: ignore[attr-defined]
    with pytest.raises(StoreMisplaced, match="pg_dump"):
        store.backup(tmp_path / "copy")
    store.close()


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/vda / ext4 rw 0 0\n", ""),
        ("/dev/vda / ext4 rw 0 0\nserver:/x /data nfs4 rw 0 0\n", "nfs4"),
        ("//server/x / cifs rw 0 0\n/dev/sdb /data ext4 rw 0 0\n", ""),
        ("server:/x /da nfs rw 0 0\n", ""),
    ],
)
def test_network_file_systems_are_told(tmp_path: Path, mounts: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(mounts)
    assert network_of(Path("/data/fenghuo.db"), tmp_path / "mounts") == kind


def test_a_file_on_a_network_is_warned_of_at_the_start(
    made_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storage.files.network_of", lambda path: "nfs4")
    Store.open(f"sqlite:///{made_file}", now=NOW).close()
    assert "is on nfs4" in caplog.text


def test_a_file_on_a_network_fails_its_check(monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import maintenance

    monkeypatch.setattr(maintenance.files, "network_of", lambda path: "nfs4")
    assert maintenance._file_system(Path("x.db")) == Check(
        name="file system",
        sound=False,
        detail="x.db is on nfs4, where SQLite's locks do not hold: move it to a local disk",
    )
