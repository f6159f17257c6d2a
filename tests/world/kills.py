"""The kill test: `fenghuo run` is killed with -9 at random moments while sites publish and the mail server greylists.

At the end every reader has every story of each watch exactly once. The one case that SMTP cannot decide (the process
dies between the last dot and its own note of the answer) is counted apart: the same bytes under the same Message-ID
come again, and the outbox must have recorded for each such copy that it did not know.

    PYTHONPATH=.:tests python -m world.kills --kills 100

With --hurried the service's leases and pauses are seconds instead of minutes; nothing else is different.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitors.exchange import Watched
from storage.audience import Reader, State, Watch
from world.articles import item
from world.layouts import dede_gbk, reposting, trs_static
from world.post_office import PostOffice, Server
from world.server import World
from world.service import PROGRAM, Service

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from storage import Store
    from world.articles import Item
    from world.server import Site

SHANGHAI = ZoneInfo("Asia/Shanghai")
CITY, PARK, MEDIA = "www.shili.example", "park.shili.example", "news.shili.example"
#: Greylisted at their first try; the others are taken at once.
READERS = ("greylist+a", "greylist+b", "c", "d", "e", "f")
#: Watch -> the words that it looks for, and whether it tells at once or by digests.
WATCHES = {
    "ai": (("智能", "大模型", "机器人", "芯片", "自动驾驶"), True),
    "models": (("大模型", "智能体"), True),
    "makers": (("机器人", "芯片"), True),
    "parks": (("产业园", "示范区", "算力"), True),
    "chips": (("芯片", "算力"), False),
    "all": (("协调会",), False),
}
#: The server thinks before its last answer, so that many kills fall into the moment that nobody can decide.
LINGER = 1.0
#: A service lives so many seconds at most from the moment that it runs.
LONGEST_LIFE = 12.0
#: Minutes between two digests, and how long there are any.
DIGEST_MINUTES, DIGEST_HOURS = 2, 3
OPEN = (State.PENDING, State.SENDING, State.UNKNOWN)
#: Articles of `world.articles` end their titles like this.
NUMBER = re.compile(r"（第(\d+)号）")


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


@dataclass
class Press:
    """Publishes: a city, a park in GBK, and a paper that repeats a third of what both say."""

    chance: random.Random
    published: dict[str, list[Item]] = field(default_factory=lambda: {CITY: [], PARK: [], MEDIA: []})
    #: (watch, number) that must be told.
    owed: set[tuple[str, int]] = field(default_factory=set)
    written: int = 0

    def publish(self) -> Site:
        """The site that has one more article now."""
        untold = set(self.published[CITY] + self.published[PARK]) - set(self.published[MEDIA])
        host = self.chance.choice((CITY, PARK, MEDIA) if untold else (CITY,))
        reprint = self.chance.choice(sorted(untold, key=lambda one: one.number)) if host == MEDIA else None
        self.published[host].insert(0, reprint or self._write())
        return self.site(host)

    def site(self, host: str) -> Site:
        layout = {CITY: trs_static, PARK: dede_gbk, MEDIA: reposting}[host]
        return layout(host, self.published[host])

    def _write(self) -> Item:
        """Of yesterday: the articles say 09:30, and the test may be run before breakfast."""
        self.written += 1
        yesterday = datetime.now(SHANGHAI).date() - timedelta(days=1)
        made = item(self.written, yesterday, industry=self.chance.random() < 0.6)
        said = made.title + made.text
        self.owed |= {
            (name, made.number) for name, (words, _) in WATCHES.items() if any(word in said for word in words)
        }
        return made


def watches() -> tuple[Watch, ...]:
    now = datetime.now(SHANGHAI)
    often = (now + timedelta(minutes=minutes) for minutes in range(1, 60 * DIGEST_HOURS, DIGEST_MINUTES))
    digests = " + ".join(f"daily {moment:%H:%M}" for moment in often)
    return tuple(
        Watch(
            name=name,
            rule=" OR ".join(words),
            rhythm="at once" if alerts else digests,
            readers=READERS,
            cap=10_000,
        )
        for name, (words, alerts) in WATCHES.items()
    )


def run(*, kills: int, seed: int, hurried: bool = False) -> Outcome:
    press, office = Press(random.Random(seed)), PostOffice(linger=LINGER)
    while not all(press.published.values()):
        press.publish()
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(office) as server,
        World(*map(press.site, press.published)) as world,
    ):
        service = Service(Path(folder), world.hosts, server.port, program=HURRIED if hurried else PROGRAM)
        sources = tuple(world.source(host) for host in press.published)
        readers = tuple(Reader(name=name, channels=(f"mailto:{name}@example.com",)) for name in READERS)
        service.furnish(Watched(sources=sources, watches=watches(), readers=readers))
        store = service.store()
        with killed(service.start()):
            wait_for_first_visits(store, press)
        for number in range(1, kills + 1):
            print(f"kill {number}", end="\r", file=sys.stderr)
            with killed(service.start()):
                wait_until_running(service, starts=number + 1)
                publish_for(press.chance.uniform(0, LONGEST_LIFE), press, world, store)
        with killed(service.start()) as last:
            wait_until_quiet(store, press, last)
        outcome = judge(store, office, press, kills=kills)
        store.close()
    return outcome


@contextmanager
def killed(service: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """With -9, at the end of the block."""
    try:
        yield service
        assert service.poll() is None, f"it ended by itself with {service.returncode}"
    finally:
        service.kill()
        service.wait()


def publish_for(seconds: float, press: Press, world: World, store: Store) -> None:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        world.replace(press.publish())
        make_due(store, press)
        time.sleep(min(left, press.chance.uniform(0.2, 3)))


def wait_until_running(service: Service, *, starts: int) -> None:
    """It is killed while it works: on a busy machine it needs half a minute to begin."""
    while service.log().count("running; stop with") < starts:
        time.sleep(0.05)


def wait_for_first_visits(store: Store, press: Press) -> None:
    """What stood behind the first page before a source was known is none of its news."""
    while sum(state.first_read_at is not None for state in store.source_states().values()) < len(press.published):
        time.sleep(0.2)


def make_due(store: Store, press: Press) -> None:
    """A schedule that learns would come back in ten minutes; the sites here are in a hurry."""
    for source_id, state in store.source_states().items():
        if state.last_visit_at and source_id.replace("-", ".") in press.published:
            store.put_off(source_id, datetime.now(UTC))


def wait_until_quiet(store: Store, press: Press, service: subprocess.Popen[bytes]) -> None:
    """Until everything is stored and told, at most half an hour.

    Digests of which nobody knows are retried, as an operator would.
    """
    ends = time.monotonic() + 1800
    while time.monotonic() < ends and service.poll() is None and not is_quiet(store, press):
        make_due(store, press)
        for unsure in store.deliveries(state=State.UNKNOWN):
            store.retry_delivery(unsure.id, now=datetime.now(UTC))
        time.sleep(1)


def is_quiet(store: Store, press: Press) -> bool:
    now = datetime.now(UTC)
    if any(store.deliveries(state=state) for state in OPEN) or store.due_notices(now=now + timedelta(days=2)):
        return False
    return store.status(now=now).articles >= sum(map(len, press.published.values()))


def judge(store: Store, office: PostOffice, press: Press, *, kills: int) -> Outcome:
    arrived = [(mail.to, mail.message, mail.text) for mail in office.mails]
    copies = Counter((to, message["Message-ID"]) for to, message, _ in arrived)
    unknowns = {one.message_id: one.unknowns for one in store.deliveries(limit=100_000)}
    told: defaultdict[tuple[str, str, int], set[str]] = defaultdict(set)
    for to, message, text in arrived:
        label = str(message["List-Id"]).removeprefix("<").partition(".")[0]
        for number in NUMBER.findall(text):
            told[to, label, int(number)].add(message["Message-ID"])
    owed = {(f"{name}@example.com", *about) for name in READERS for about in press.owed}
    return Outcome(
        kills=kills,
        stories=press.written,
        lost=len(owed - told.keys()),
        twice=sum(len(messages) > 1 for messages in told.values())
        + sum(count - 1 > unknowns[message] for (_, message), count in copies.items()),
        undecidable=sum(count - 1 for count in copies.values()),
        messages=len(copies),
    )


#: Leases and pauses in seconds, then the program as ever.
HURRIED = """
from datetime import timedelta
from monitors import delivery, service, telling, verdicts
delivery.LEASE = timedelta(seconds=6)
telling.QUIET, telling.PATIENCE = timedelta(seconds=1), timedelta(seconds=3)
verdicts.BACK_OFF, service.TELL_SECONDS = (0.03,), 1
from monitors.cli import main
main()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(datetime.now(UTC).timestamp()))
    parser.add_argument("--hurried", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    outcome = run(kills=options.kills, seed=options.seed, hurried=options.hurried)
    print(outcome)
    sys.exit(bool(outcome.lost or outcome.twice))


if __name__ == "__main__":
    main()
