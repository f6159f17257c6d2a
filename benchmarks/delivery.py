"""How fast alerts go out, and how fast a large digest is made. Run: PYTHONPATH=.:tests python benchmarks/delivery.py

On 2 shared cores (Python 3.11, SQLite, aiosmtpd on loopback in the same process): see docs/delivery.md.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from monitors.channels import Settings
from monitors.channels.smtp import SmtpSettings
from monitors.digest import build
from monitors.mails import Envelope, Letterhead, render
from monitors.outbox import open_dispatcher
from storage import Store
from storage.audience import Watch
from world.post_office import PostOffice, Server
from world.stories import source, story
from world.told import NOON, finding, furnish, plan, reader, watch

READERS, WATCHES = 50, 20


def alerts() -> None:
    """50 readers of 20 watches, each with a story: 1,000 messages."""
    names = [f"reader{number}" for number in range(READERS)]
    topics = [f"watch{number}" for number in range(WATCHES)]
    office = PostOffice()
    with tempfile.TemporaryDirectory() as folder, Server(office) as server:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}", now=NOON)
        furnish(
            store,
            [watch(name=topic, rhythm="at once", readers=tuple(names)) for topic in topics],
            [reader(f"mailto:{name}@example.com", name=name) for name in names],
        )
        plans = {topic: [plan(name, watch=topic) for name in names] for topic in topics}
        store.keep([finding(number, *plans[topic]) for number, topic in enumerate(topics)], now=NOON)
        smtp = SmtpSettings(host="127.0.0.1", port=server.port, security="none")
        began = time.perf_counter()
        asyncio.run(_tell(store, Settings(smtp=smtp, letterhead=Letterhead(sender="f@example.com"))))
        print(f"{len(office.mails)} alerts to {READERS} readers in {time.perf_counter() - began:.1f} s")
        store.close()


async def _tell(store: Store, settings: Settings) -> None:
    dispatcher = open_dispatcher(store, settings, clock=lambda: NOON + timedelta(minutes=1))
    await dispatcher.tick(NOON + timedelta(minutes=1))
    await dispatcher.idle()
    await dispatcher.close(within=0)


def digest() -> None:
    papers = [source(f"日报{number}", province="") for number in range(3)]
    text = "会议听取了汇报。" * 150 + "算力向中小企业开放。" + "散会。" * 200
    stories = [story(number, reprints=papers, text=text) for number in range(300)]
    reading = Watch(name="ai", title="人工智能")
    envelope = Envelope(reader=reader(), channel="mailto:a@example.com", watch=reading, message_id="<a@b>", now=NOON)
    for _ in range(3):
        began = time.perf_counter()
        built = build(stories, watch="ai", title="人工智能")
        mail = render(built, envelope, Letterhead())
        print(f"a digest of {len(stories)} stories in {time.perf_counter() - began:.2f} s, {len(mail)} bytes")


if __name__ == "__main__":
    alerts()
    digest()
