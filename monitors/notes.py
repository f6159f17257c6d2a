"""Short messages without stories: to the operator when a reader cannot be reached, and for trying a way out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitors.digest import build
from monitors.mails import Envelope, Page, assemble, message_id
from monitors.mails.pages import environment, subject
from storage.audience import Delivery, Reader, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitors.channels import Channel
    from monitors.mails import Letterhead

#: Its messages belong to no watch of the user's.
WATCH = Watch(name="fenghuo", title="Fenghuo")


def note(
    name: str, values: Mapping[str, str], *, to: Reader, letterhead: Letterhead, now: datetime, kind: str = "health"
) -> Delivery:
    """The message of the template "note-NAME.txt", whose first line is the subject, to the reader's first channel.

    That channel must be a mail address. Raises `AddressError`.
    """
    channel = to.channels[0]
    text = environment(to.language).get_template(f"note-{name}.txt").render(values).strip()
    subject, _, body = text.partition("\n")
    html = environment(to.language).get_template("note.html").render(subject=subject, body=body.strip())
    period = f"{name} {now.isoformat(timespec='seconds')} {' '.join(values.values())}"
    # No watch is behind it: there is nothing that one click could end.
    letterhead = replace(letterhead, key=b"")
    envelope = Envelope(
        reader=to,
        channel=channel,
        watch=WATCH,
        message_id=message_id((to.name, channel, kind, period), letterhead.list_domain),
        now=now,
    )
    return Delivery(
        reader=to.name,
        channel=channel,
        watch=WATCH.name,
        kind=kind,
        subject=subject,
        payload=assemble(Page(subject=subject, html=html, text=f"{body.strip()}\n"), [], envelope, letterhead),
        message_id=envelope.message_id,
        due_at=now,
        period=period,
    )


def trial(reader: Reader, channel: str, way: Channel, *, letterhead: Letterhead, now: datetime) -> Delivery:
    """A test message to one channel of a reader, written as its way writes digests. Raises `AddressError`."""
    if channel.startswith("mailto:"):
        return note("test", {}, to=replace(reader, channels=(channel,)), letterhead=letterhead, now=now, kind="test")
    digest = build((), watch=WATCH.name, title=WATCH.title, kind="test")
    moment = now.isoformat(timespec="seconds")
    number = message_id((reader.name, channel, "test", moment), letterhead.list_domain)
    envelope = Envelope(reader=reader, channel=channel, watch=WATCH, message_id=number, now=now)
    return Delivery(
        reader=reader.name,
        channel=channel,
        watch=WATCH.name,
        kind="test",
        subject=subject(digest, language=reader.language),
        payload=way.write(digest, envelope),
        message_id=number,
        due_at=now,
        period=moment,
    )
