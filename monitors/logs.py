"""The log: lines for people or, for machines, a JSON object a line. The door to structlog."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

#: What these say of ordinary work is noise beside one line a visit.
NOISY: Final = ("scrapy", "twisted", "apscheduler", "asyncio", "protego", "alembic")
#: Passwords in addresses, and the keys of robots, as they stand in exceptions of libraries.
SECRETS: Final = (
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s/@]+@"), r"\1***@"),
    (re.compile(r"((?:key|access_token|token|sign|secret|password)=)[^\s&\"']+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(/open-apis/bot/v2/hook/)[\w-]+"), r"\1***"),
)


def set_up(level: int, *, as_json: bool = False) -> None:
    """All logging of the process to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _Line()
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*last, hide_secrets, renderer])
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def hide_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """No password and no key of a robot stands in the log, whoever wrote the line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _hidden(value)
    return event


def _hidden(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


class _Line:
    """2026-11-23T12:00:00Z INFO monitors.service: words"""

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        line = f"{event['timestamp']} {event['level'].upper()} {event['logger']}: {event['event']}"
        return f"{line}\n{event['exception']}" if event.get("exception") else line
