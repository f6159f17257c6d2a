"""The kill test: a service is killed with -9 at random moments while sites publish and the mail server greylists.

At the end every reader has got every story exactly once. The one case that SMTP cannot decide (the process dies
between the last dot and its own note of the answer) is counted apart: the same bytes under the same Message-ID come
again, and the outbox must have recorded for each such copy that it did not know.

    PYTHONPATH=.:tests python -m world.kills --kills 100

Time runs 120 times as fast for the service, so that leases and back-off end within seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitors.channels import Settings
from monitors.channels.smtp import SmtpSettings
from monitors.mails import Letterhead
from monitors.outbox import open_dispatcher
from monitors.rhythm import plan_notices
from storage import Store
from storage.records import State
from world.post_office import PostOffice, Server
from world.told import NOON, finding, furnish, reader, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.records import Finding, Watch

ROOT = Path(__file__).parents[2]
SPEED = 120
WATCHES = (("ai", "at once"), ("chips", "at once"), ("day", "hourly"))
#: Greylisted at their first try; the others are taken at once.
READERS = ("greylist+a", "greylist+b", "c", "d", "e")
#: The server thinks before its last answer, so that many kills fall into the moment that nobody can decide.
LINGER = 0.03
#: A story is published by its number appearing in this file.
SITE = "published.txt"
#: Made by the service when it begins to work: it is killed while it works.
READY = "ready"
OPEN = (State.PENDING, State.SENDING, State.UNKNOWN)
URL = re.compile(r"https://park\.example\.cn/a/\d+\.html")


def fast_clock(started: float) -> Callable[[], datetime]:
    return lambda: NOON + SPEED * timedelta(seconds=time.time() - started)


def watches() -> list[Watch]:
    return [watch(name=name, rhythm=rhythm, readers=READERS, cap=10_000) for name, rhythm in WATCHES]


async def serve(folder: Path, port: int, started: float) -> None:
    """The service: keeps what the site published, tells what is due, until it is killed."""
    clock = fast_clock(started)
    store = Store.open(f"sqlite:///{folder / 'fenghuo.db'}", now=clock())
    smtp = SmtpSettings(host="127.0.0.1", port=port, security="none", seconds=5)
    settings = Settings(letterhead=Letterhead(sender="fenghuo@example.com"), smtp=smtp)
    dispatcher = open_dispatcher(store, settings, clock=clock)
    (folder / READY).touch()
    while True:
        await asyncio.to_thread(keep, store, folder / SITE, clock())
        await dispatcher.tick(clock())
        await asyncio.sleep(0.02)


def keep(store: Store, site: Path, now: datetime) -> None:
    numbers = [int(line) for line in site.read_text().split()]
    findings = {found.key: found for found in (finding(number, now=now) for number in numbers)}
    new = findings.keys() - store.known(list(findings), now=now)
    store.keep([_planned(findings[key], now) for key in sorted(new)], now=now)


def _planned(found: Finding, now: datetime) -> Finding:
    matches = tuple(replace(found.matches[0], watch=one.name) for one in watches())
    readers = [reader(f"mailto:{name}@example.com", name=name) for name in READERS]
    return replace(found, matches=matches, notices=plan_notices(matches, watches(), readers, backlog=False, now=now))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    kills: int
    stories: int
    #: (reader, watch, story) that never arrived.
    lost: int
    #: (reader, watch, story) in two different messages, or in more copies than the outbox did not know of.
    twice: int
    #: Copies of the same message that the outbox knows it could not know of.
    undecidable: int
    messages: int


def run(*, kills: int, seed: int, longest: float = 1.2) -> Outcome:
    chance = random.Random(seed)
    office = PostOffice(linger=LINGER)
    with tempfile.TemporaryDirectory() as name, Server(office) as server:
        folder, started, published = Path(name), time.time(), 0
        (folder / SITE).write_text("")
        store = Store.open(f"sqlite:///{folder / 'fenghuo.db'}", now=NOON)
        furnish(store, watches(), [reader(f"mailto:{one}@example.com", name=one) for one in READERS])
        for _ in range(kills):
            service = start(folder, server.port, started)
            with killed(service):
                for _ in range(chance.randint(1, 4)):
                    published += 1
                    (folder / SITE).write_text("\n".join(map(str, range(published))))
                    time.sleep(chance.uniform(0, longest))
        with killed(start(folder, server.port, started)):
            wait_until_quiet(store, fast_clock(started), published)
        outcome = judge(store, office, kills=kills, stories=published)
        store.close()
    return outcome


@contextmanager
def killed(service: subprocess.Popen[bytes]) -> Iterator[None]:
    """With -9, at the end of the block."""
    try:
        yield
    finally:
        service.kill()
        service.wait()


def start(folder: Path, port: int, started: float) -> subprocess.Popen[bytes]:
    (folder / READY).unlink(missing_ok=True)
    command = [sys.executable, "-m", "world.kills", "--serve", str(folder), str(port), str(started)]
    places = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))}
    service = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | places)
    while not (folder / READY).exists():
        if service.poll() is not None:
            raise RuntimeError(f"the service ended by itself with {service.returncode}")
        time.sleep(0.005)
    return service


def wait_until_quiet(store: Store, clock: Callable[[], datetime], published: int) -> None:
    """Until everything is stored and told, at most two minutes (four hours of the service).

    Digests of which nobody knows are retried, as an operator would.
    """
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        for unsure in store.deliveries(state=State.UNKNOWN):
            store.retry_delivery(unsure.id, now=clock())
        open_ones = [one for state in OPEN for one in store.deliveries(state=state)]
        owed = store.due_notices(now=clock() + timedelta(days=1))
        if not open_ones and not owed and len(store.known(_keys(published), now=clock())) == published:
            return
        time.sleep(0.3)


def _keys(published: int) -> list[str]:
    return [finding(number).key for number in range(published)]


def judge(store: Store, office: PostOffice, *, kills: int, stories: int) -> Outcome:
    copies = Counter((mail.to, mail.message["Message-ID"]) for mail in office.mails)
    unknowns = {one.message_id: one.unknowns for one in store.deliveries(limit=100_000)}
    told = defaultdict(set)
    for mail in office.mails:
        label = str(mail.message["List-Id"]).partition(".")[0]
        for url in set(URL.findall(mail.text)):
            told[mail.to, label, url].add(mail.message["Message-ID"])
    return Outcome(
        kills=kills,
        stories=stories,
        lost=len(READERS) * len(watches()) * stories - len(told),
        twice=sum(len(messages) > 1 for messages in told.values())
        + sum(count - 1 > unknowns[message] for (_, message), count in copies.items()),
        undecidable=sum(count - 1 for count in copies.values()),
        messages=len(copies),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).timestamp()))
    parser.add_argument("--serve", nargs=3, metavar=("FOLDER", "PORT", "STARTED"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        folder, port, started = options.serve
        asyncio.run(serve(Path(folder), int(port), float(started)))
    else:
        print(f"seed {options.seed}")
        outcome = run(kills=options.kills, seed=options.seed)
        print(outcome)
        sys.exit(bool(outcome.lost or outcome.twice))


if __name__ == "__main__":
    main()
