"""One Twisted reactor on one asyncio loop for all tests of the process: a reactor does not start again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from scrapy.utils.reactor import install_reactor

from crawler.limits import Limits
from crawler.workers import Workers

Result = TypeVar("Result")
Drive = Callable[[Coroutine[Any, Any, Result]], Result]


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    reactor.startRunning(installSignalHandlers=False)
    yield loop
    reactor.getThreadPool().stop()
    loop.close()


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Reading processes for all crawls of the run: starting them takes seconds."""
    workers = Workers(Limits())
    yield workers
    workers.close()


@pytest.fixture
def drive(loop: asyncio.AbstractEventLoop) -> Drive[Any]:
    """Run a coroutine in that loop to its end."""
    return loop.run_until_complete
