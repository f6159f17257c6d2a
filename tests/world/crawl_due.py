"""A crawl process of its own: `python -m world.crawl_due DATABASE_URL HOSTS_JSON NAME` visits what is due, then ends.

Its name stands in its User-Agent.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta

from crawler.limits import Limits
from crawler.run import Crawl, Parts, run
from storage import Store
from world.rig import CONTACT, unjudged

#: Few at a time, so that two processes come to share the work.
LIMITS = Limits(hosts=2, jitter=0.0, workers=1, request_seconds=10, visit_seconds=60, tries=1)


async def visit_all_due(url: str, hosts: dict[str, str], name: str) -> None:
    store = Store.open(url, now=datetime.now(UTC))
    parts = Parts(
        store=store,
        contact=f"{CONTACT}/{name}",
        limits=LIMITS,
        judge=unjudged,
        plan=lambda source, state, visit: visit.ended_at + timedelta(hours=1),
        hosts=hosts,
    )
    crawl = Crawl(parts)
    crawl.open()
    try:
        while store.status(now=datetime.now(UTC)).due:
            if not await crawl.visit_due():
                await crawl.idle()
                await asyncio.sleep(0.1)
        while crawl.free < LIMITS.hosts:
            await crawl.idle()
    finally:
        await crawl.close()
        store.close()


if __name__ == "__main__":
    database, hosts, name = sys.argv[1:]
    run(lambda: visit_all_due(database, json.loads(hosts), name))
