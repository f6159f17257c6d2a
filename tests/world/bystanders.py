"""Other processes on one database, to be stopped and killed: `python -m world.bystanders WHAT URL`.

Each says on its standard output what it has done, a line at a time, after the database has acknowledged it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from storage import Store, schema
from storage.records import SourceState
from world.facts import NOW, finding, matched, page

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@contextmanager
def bystander(what: str, url: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """One that has begun; it is killed at the end, if it still lives."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-m", "world.bystanders", what, url, *more]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _say(*words: object) -> None:
    print(*words, flush=True)


def _write(store: Store, begin: str = "0") -> None:
    """Batches of five matched articles with pages, for ever; says the last number of each batch."""
    for batch in count(int(begin)):
        numbers = range(batch * 5 + 1, batch * 5 + 6)
        store.keep([matched(finding(number, page=page(b"%d" % number * 500))) for number in numbers], now=NOW)
        _say(numbers[-1])


def _write_some(store: Store, begin: str, batches: str) -> None:
    for batch in range(int(begin), int(begin) + int(batches)):
        store.known([f"{batch}"], now=NOW)
        store.keep([finding(batch * 5 + place) for place in range(1, 6)], now=NOW)
    _say("done")


def _claim(store: Store) -> None:
    """Claims once, waits until it is told to go on, and ends its visit."""
    from world.facts import visit

    claims = store.claim_visits(now=NOW, lease=timedelta(seconds=60), hosts=99)
    _say(*(claim.lease.host for claim in claims))
    sys.stdin.readline()
    for claim in claims:
        for source, _ in claim.visits:
            _say(store.finish_visit(visit(source.id), SourceState(source_id=source.id), lease=claim.lease))


def _hold(store: Store, seconds: str) -> None:
    """Keeps the write lock."""
    with store._database.writer.begin():
        _say("held")
        time.sleep(float(seconds))
    _say("free")


def _wait_and_hold(store: Store, seconds: str) -> None:
    """Keeps the write lock from when it is told to."""
    _say("waits")
    sys.stdin.readline()
    _hold(store, seconds)


def migrate(url: str, folder: str, revision: str) -> None:
    """To the version that `folder` has the migrations for."""
    schema.MIGRATIONS, schema.REVISION = Path(folder), revision
    _say("begins")
    _say("was", Store.migrate(url, now=NOW))


if __name__ == "__main__":
    name, url, *rest = sys.argv[1:]
    if name == "migrate":
        migrate(url, *rest)
        sys.exit()
    acts = {"write": _write, "write-some": _write_some, "claim": _claim, "hold": _hold, "wait-and-hold": _wait_and_hold}
    acts[name](Store.open(url, now=NOW), *rest)
