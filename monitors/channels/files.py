"""Mail into a folder, for who has no mail server: an .eml a message, opened by every mail program."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from monitors import mails
from monitors.channels.answers import Answer, Verdict
from monitors.channels.channel import Connectionless

if TYPE_CHECKING:
    from monitors.channels.channel import HandOver, Pace
    from monitors.digest import Digest
    from monitors.mails import Envelope, Letterhead
    from storage.audience import Delivery


class Files(Connectionless):
    pace: Pace | None = None
    shared = True

    def __init__(self, folder: Path, letterhead: Letterhead) -> None:
        self._folder, self._letterhead = folder, letterhead

    def write(self, digest: Digest, envelope: Envelope) -> bytes:
        return mails.render(digest, envelope, self._letterhead)

    def send(self, delivery: Delivery, hand_over: HandOver) -> Answer:
        """A file named by the Message-ID is written once, however often it is sent."""
        path = self._folder / file_name(delivery)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not hand_over():
                return Answer(verdict=Verdict.LATE)
            _write(path, delivery.payload)
        except OSError as error:
            return Answer(verdict=Verdict.AWAY, detail=f"{path} cannot be written: {error}")
        return Answer(verdict=Verdict.TAKEN, detail=str(path))


def file_name(delivery: Delivery) -> str:
    """Words of a title are never part of it."""
    day = f"{delivery.due_at:%Y-%m-%d}"
    watch = re.sub(r"[^A-Za-z0-9-]+", "-", delivery.watch).strip("-") or "watch"
    number = re.sub(r"[^A-Za-z0-9]+", "", delivery.message_id)[:12]
    return f"{day}-{watch[:40]}-{delivery.kind}-{number}.eml"


def _write(path: Path, payload: bytes) -> None:
    """Whole or not at all: what a kill leaves behind has another name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
