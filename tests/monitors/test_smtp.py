"""The SMTP channel against a real mail server: safe lines, logins, sizes, and what goes over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitors.channels import Verdict
from monitors.channels.files import Files, file_name
from monitors.channels.smtp import Smtp, SmtpSettings, dotted
from monitors.mails import Letterhead
from storage.audience import Delivery
from world.post_office import PostOffice, Server, certified
from world.told import NOON

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

    from monitors.channels import Answer

LETTERHEAD = Letterhead(sender="fenghuo@example.com")
BODY = b"Subject: x\r\n\r\nhello\r\n"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[tuple[ssl.SSLContext, str]]:
    yield certified(tmp_path, days=2)


def delivery(payload: bytes = BODY, to: str = "reader@example.com") -> Delivery:
    return Delivery(
        reader="reader", channel=f"mailto:{to}", watch="人工智能/../x", kind="digest", subject="x", payload=payload,
        message_id="<abc@example.com>", due_at=NOON, period="1",
    )  # fmt: skip


def send(server: Server, one: Delivery | None = None, **settings: object) -> Answer:
    values = {"host": "localhost", "port": server.port, "security": "none", "seconds": 2.0, **settings}
    way = Smtp(SmtpSettings(**values), LETTERHEAD)  # type: ignore[arg-type]
    try:
        return way.send(one or delivery(), lambda: True)
    finally:
        way.close()


def test_starttls_with_a_login(office: PostOffice, trusted: tuple[ssl.SSLContext, str]) -> None:
    context, authority = trusted
    options = {"tls_context": context, "authenticator": office.check_login, "auth_required": True}
    with Server(office, **options) as server:
        right = {"security": "starttls", "authority": authority, "user": "me", "password": "right"}
        assert send(server, **right).verdict is Verdict.TAKEN
    assert office.logins == [b"me"] and len(office.mails) == 1


def test_tls_from_the_beginning(office: PostOffice, trusted: tuple[ssl.SSLContext, str]) -> None:
    context, authority = trusted
    with Server(office, tls=context) as server:
        assert send(server, security="tls", authority=authority).verdict is Verdict.TAKEN


def test_a_server_without_starttls_gets_nothing_in_clear(office: PostOffice) -> None:
    with Server(office) as server:
        answer = send(server, security="starttls")
    assert answer.verdict is Verdict.BROKEN and "STARTTLS" in answer.detail
    assert not office.mails and not office.tried


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(("days", "known"), [(2, False), (-3, True)])
def test_a_certificate_that_is_not_trusted_or_old_is_refused(
    office: PostOffice, tmp_path: Path, security: str, days: int, known: bool
) -> None:
    context, authority = certified(tmp_path, days=days)
    options = {"tls": context} if security == "tls" else {"tls_context": context}
    with Server(office, **options) as server:
        answer = send(server, security=security, authority=authority if known else "")
    assert answer.verdict is Verdict.BROKEN and "no safe line" in answer.detail
    assert not office.mails


def test_a_wrong_password_is_a_fault_of_the_settings(office: PostOffice, trusted: tuple[ssl.SSLContext, str]) -> None:
    context, authority = trusted
    with Server(office, tls_context=context, authenticator=office.check_login, auth_required=True) as server:
        wrong = {"security": "starttls", "authority": authority, "user": "me", "password": "wrong"}
        answer = send(server, **wrong)
    assert answer.verdict is Verdict.BROKEN and "535" in answer.detail and "me" in answer.detail
    assert len(office.logins) == 1, "accounts are locked after a few tries"


def test_a_message_over_the_servers_size_is_not_even_offered(office: PostOffice) -> None:
    with Server(office, data_size_limit=1000) as server:
        answer = send(server, delivery(b"x" * 2000))
    assert answer.verdict is Verdict.UNFIT and "the server takes 1000" in answer.detail
    assert not office.tried


SMUGGLED = [
    b"a\r\n.\r\nMAIL FROM:<evil@x>\r\nb\r\n",
    b"a\n.\nRCPT TO:<evil@x>\n",
    b"a\r.\rb",
    b"a\n.\r\nb",
    b".\r\n.\r\n.",
    b"",
]


@pytest.mark.parametrize("body", SMUGGLED)
def test_one_message_arrives_whatever_is_in_it(office: PostOffice, body: bytes) -> None:
    with Server(office) as server:
        assert send(server, delivery(b"Subject: x\r\n\r\n" + body)).verdict is Verdict.TAKEN
    assert [mail.to for mail in office.mails] == ["reader@example.com"]
    arrived = office.mails[0].content.partition(b"\r\n\r\n")[2]
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    assert arrived == (b"\r\n".join(lines) + b"\r\n" if body else b"")


def test_dots_are_doubled() -> None:
    assert dotted(b".\r\n..a\nb.") == b"..\r\n...a\r\nb.\r\n"


def test_a_lost_lease_leaves_the_message_unsaid(office: PostOffice) -> None:
    with Server(office) as server:
        way = Smtp(SmtpSettings(host="localhost", port=server.port, security="none"), LETTERHEAD)
        assert way.send(delivery(), lambda: False).verdict is Verdict.LATE
        assert not office.mails
        assert way.send(delivery(), lambda: True).verdict is Verdict.TAKEN
        way.close()
    assert len(office.mails) == 1


def test_the_whole_conversation_has_an_end(office: PostOffice) -> None:
    with Server(office) as server:
        answer = send(server, delivery(to="slow@example.com"), total_seconds=0.2)
    assert answer.verdict is Verdict.LATER and "timed out" in answer.detail
    assert not office.mails


def test_a_line_is_used_again(office: PostOffice) -> None:
    with Server(office) as server:
        way = Smtp(SmtpSettings(host="localhost", port=server.port, security="none"), LETTERHEAD)
        assert [way.send(delivery(), lambda: True).verdict for _ in range(3)] == [Verdict.TAKEN] * 3
        assert way.send(delivery(to="refuse@example.com"), lambda: True).verdict is Verdict.REFUSED
        assert way.send(delivery(), lambda: True).verdict is Verdict.TAKEN
        assert way._idle.qsize() == 1
        way.close()


def test_an_address_that_is_none_is_refused(office: PostOffice) -> None:
    with Server(office) as server:
        answer = send(server, delivery(to="a@b>\r\nRCPT TO:<evil@x"))
    assert answer.verdict is Verdict.REFUSED and not office.tried


def test_without_a_server_a_mail_is_a_file(tmp_path: Path) -> None:
    way = Files(tmp_path / "new" / "mail", LETTERHEAD)
    for _ in range(2):
        assert way.send(delivery(), lambda: True).verdict is Verdict.TAKEN
    (file,) = (tmp_path / "new" / "mail").iterdir()
    assert file.read_bytes() == BODY
    assert file.name == file_name(delivery()) == "2026-11-24-x-digest-abcexampleco.eml"


def test_a_folder_that_cannot_be_written_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert Files(tmp_path / "mail", LETTERHEAD).send(delivery(), lambda: True).verdict is Verdict.AWAY
