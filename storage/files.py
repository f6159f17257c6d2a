"""SQLite's files: made whole or not at all, looked at before they are trusted, copied, put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import connect
from storage.errors import StoreDamaged, StoreLocked, StoreMisplaced, StoreReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable

#: File systems on which SQLite's locks and shared memory do not work between machines.
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs"}

_HEADER = b"SQLite format 3\x00"
#: What SQLite keeps beside a database; the first two it writes into whatever database bears the name.
_REPLAYED = ("-wal", "-journal")
_JOURNALS = (*_REPLAYED, "-shm")


def examine(path: Path, *, read_only: bool) -> bool:
    """Whether there is a database; raises `StoreError` where what is there cannot be used. Nothing is changed."""
    try:
        return _examine(path, read_only)
    except OSError as error:
        raise StoreMisplaced(f"{path}: {error.strerror}; name another file, or see who may enter its folder") from error


def _examine(path: Path, read_only: bool) -> bool:
    folder = path.absolute().parent
    if path.is_dir():
        raise StoreMisplaced(f"{path} is a folder: name a file in it")
    if not folder.is_dir():
        raise StoreMisplaced(f"{path}: there is no folder {folder}; make it or name another one")
    if not read_only and not os.access(folder, os.W_OK):
        raise StoreReadOnly(f"{path}: the folder {folder} may not be written; SQLite keeps its journal beside the file")
    left = _left(path)  # looked at before the file: another process may be making both, the file first
    if not path.exists():
        _refuse_left(path, left)
        if read_only:
            raise StoreMisplaced(f"{path}: there is no such file")
        return False
    if not os.access(path, os.R_OK if read_only else os.R_OK | os.W_OK):
        raise StoreReadOnly(f"{path} may not be {'read' if read_only else 'written'}: see its owner and mode")
    if found := fault(path):
        raise StoreDamaged(
            f"{path} {found}; it is left as it is: `fenghuo db restore BACKUP` puts a backup in its place, "
            "or move it away to begin anew"
        )
    return True


def _left(path: Path) -> list[str]:
    """Journals that hold something."""
    journals = (path.with_name(f"{path.name}{ending}") for ending in _REPLAYED)
    return [journal.name for journal in journals if journal.exists() and journal.stat().st_size]


def _refuse_left(path: Path, journals: list[str]) -> None:
    if journals:
        raise StoreDamaged(
            f"{path} is gone, but its journal {journals[0]} is there and would be written into a new one: "
            "put the two together again, `fenghuo db restore BACKUP`, or move the journal away to begin anew"
        )


def make(path: Path, fill: Callable[[Path], None]) -> None:
    """A new file that `fill` made, under its name only when it is whole; where another process was first, theirs."""
    unfinished = _beside(path, "new")
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        fill(unfinished)
        _name(unfinished, path)
    finally:
        _remove(unfinished)


def _name(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        unfinished.rename(path)


def copy(source: Path, target: Path) -> None:
    """A whole copy of a database that others may be writing. Raises `sqlite3.Error`."""
    unfinished = _beside(target, "copy")
    try:
        with closing(connect(source, "ro")) as one, closing(sqlite3.connect(unfinished)) as other:
            one.backup(other)
            found = other.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreDamaged(f"{source} is damaged ({' '.join(found.split())}): no copy was made")
        for file in _with_journals(target)[1:]:
            file.unlink(missing_ok=True)
        unfinished.replace(target)
    finally:
        _remove(unfinished)


def restore(backup: Path, path: Path) -> Path | None:
    """Put a copy of the backup in the place of the database; where that one went. Raises `StoreLocked` while in use."""
    _refuse_in_use(path)
    unfinished = _beside(path, "restored")
    copy(backup, unfinished)
    aside = _put_aside(path)
    unfinished.rename(path)
    return aside


def _put_aside(path: Path) -> Path | None:
    """The database with its journals, or the journals of one that is gone; the first file as it is called now."""
    pairs = zip(_with_journals(path), _with_journals(_free_name(path)), strict=True)
    moved = [old.rename(new) for old, new in pairs if old.exists()]
    return moved[0] if moved else None


def network_of(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of network file system it is on; empty where it is on none, or where that cannot be known."""
    if not mounts.exists():
        return ""
    place = path.absolute().resolve()
    rows = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    above = [row for row in rows if len(row) > 2 and place.is_relative_to(row[1].replace("\\040", " "))]
    kind = max(above, key=lambda row: len(row[1]))[2] if above else ""
    return kind if kind in _NETWORK else ""


def fault(path: Path) -> str:
    """Why it cannot be a database, by its first bytes and its size; nothing where it may be one."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return "is empty"
    if len(header) < 100 or not header.startswith(_HEADER):
        return "is no SQLite database"
    page = int.from_bytes(header[16:18], "big")
    size = int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page)
    # With a journal beside it the file may be shorter than it says: the rest is in there.
    journal = Path(f"{path}-wal")
    if path.stat().st_size < size and not (journal.exists() and journal.stat().st_size):
        return f"was cut off: it has {path.stat().st_size} of {size} bytes"
    return ""


def _refuse_in_use(path: Path) -> None:
    """Every open connection holds a shared lock on a database with a journal of its own (WAL)."""
    if not path.exists() or fault(path):
        return
    with suppress(sqlite3.DatabaseError), closing(connect(path, "rw")) as connection:
        connection.execute("PRAGMA busy_timeout = 1000")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreLocked(f"{path} is in use: stop Fenghuo first") from error


def _beside(path: Path, purpose: str) -> Path:
    return path.with_name(f".{path.name}.{purpose}-{os.getpid()}")


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.replaced-{number}") for number in range(1, 10_000))
    return next(name for name in names if not any(file.exists() for file in _with_journals(name)))


def _with_journals(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(f"{path.name}{ending}") for ending in ("", *_JOURNALS))


def _remove(path: Path) -> None:
    for file in _with_journals(path):
        file.unlink(missing_ok=True)
