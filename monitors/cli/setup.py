"""fenghuo init: from nothing to something that runs."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitors.cli.faults import WrongInput, touching
from monitors.cli.opening import now, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitors.configuration import Configuration
    from storage import Store

#: Ports at which mail servers listen, by how the line is secured.
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What is to be watched, and for whom."""

    provinces: list[str]
    levels: list[str]
    reader: str


def init(
    contact: Annotated[str, typer.Option(help="E-mail or web address that answers for the crawl.")] = "",
    province: Annotated[list[str] | None, typer.Option("--province", "-p", help="山西 …; may be repeated.")] = None,
    level: Annotated[list[str] | None, typer.Option("--level", "-l", help="park, province …; may be repeated.")] = None,
    reader: Annotated[str, typer.Option(help="E-mail address that receives the digest.")] = "",
    smtp_host: Annotated[str, typer.Option(help="Mail server; without one digests are written as files.")] = "",
    smtp_security: Annotated[str, typer.Option(help="starttls, tls or none.")] = "starttls",
    smtp_port: Annotated[int, typer.Option(help="Default: 587, 465 or 25, by the security.")] = 0,
    smtp_user: Annotated[str, typer.Option(help="User name; the password comes from FENGHUO_SMTP_PASSWORD.")] = "",
    sender: Annotated[str, typer.Option(help="From address of the mails.")] = "",
    config: Annotated[Path, typer.Option("--config", "-c", help="File to write.")] = Path("fenghuo.toml"),
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Ask who answers for the crawl, what to watch and whom to tell; test it; write the configuration."""
    if config.exists() and not force:
        raise WrongInput(f"{config} exists already; edit it, or write over it with --force")
    asking = sys.stdin.isatty()
    contact = contact or _ask("E-mail or web address that answers for the crawl", asking, "--contact")
    provinces = province or _split(_ask("Provinces, with spaces (empty = all)", asking, "--province", ""))
    levels = level or _split(_ask("Levels: province department city park media (empty = all)", asking, "--level", ""))
    reader = reader or _ask("E-mail address that receives the digest (empty = none)", asking, "--reader", "")
    smtp_host = smtp_host or _ask("Mail server (empty = write digests as files)", asking, "--smtp-host", "")
    smtp = {
        "host": smtp_host,
        "security": smtp_security,
        "port": smtp_port or PORTS.get(smtp_security, 587),
        "user": smtp_user,
        "sender": sender,
    }
    text = _text(contact, smtp if smtp_host else {})
    _set_up(config, text, Wishes(provinces=provinces, levels=levels, reader=reader))


def _ask(question: str, asking: bool, option: str, default: str | None = None) -> str:
    """The answer; asked again while it is wrong."""
    if asking:
        checked = partial(_checked, CHECKS.get(option))
        return str(typer.prompt(question, default=default, show_default=False, value_proc=checked))
    if default is None:
        raise WrongInput(f"{option} is missing, and nobody is there to be asked")
    return default


def _checked(check: Callable[[str], object] | None, answer: str) -> str:
    try:
        if check:
            check(answer.strip())
    except (WrongInput, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    return answer.strip()


def _test_contact(answer: str) -> None:
    from monitors.configuration import check_contact

    check_contact(answer)


def _test_provinces(answer: str) -> None:
    from crawler.catalogue import load
    from monitors.cli.sources import check_known

    check_known("province", _split(answer), {source.province for source in load()})


def _test_levels(answer: str) -> None:
    from monitors.cli.sources import check_known
    from storage.records import Level

    check_known("level", _split(answer), set(Level))


def _split(text: str) -> list[str]:
    return re.sub("[,，、]", " ", text).split()


def _text(contact: str, smtp: dict[str, Any]) -> str:
    import tomlkit

    document: dict[str, Any] = {"database": "sqlite:///fenghuo.db", "contact": contact}
    if smtp:
        document["smtp"] = {name: value for name, value in smtp.items() if value}
    return tomlkit.dumps(document)


def _test_mail_server(configured: Configuration) -> None:
    from monitors.outgoing import check_mail_server

    if fault := check_mail_server(configured):
        raise WrongInput(f"the mail server does not answer as it should: {fault}; nothing was written")
    print("the mail server answers")


def _set_up(path: Path, text: str, wishes: Wishes) -> None:
    """All is looked at before anything is written: a wrong answer leaves nothing behind."""
    from crawler.catalogue import pick
    from monitors.cli.screens import many
    from monitors.cli.sources import chosen, need, switch_on
    from monitors.configuration import read

    configured = read(text, name=str(path))
    if configured.smtp.host:
        _test_mail_server(configured)
    _test_reader(wishes.reader)
    with opened(configured, new=True) as store:
        found = chosen(store, [], wishes.provinces, wishes.levels)
        picked = pick(found)
        need(picked, found)
        _write(path, text)
        switch_on(store, picked)
        if wishes.reader:
            _subscribe(store, wishes.reader)
    told = f"; {wishes.reader} receives the digest of ai-industry" if wishes.reader else ""
    print(f"{many(len(picked), 'source')} enabled{told}")
    print("`fenghuo crawl` makes a round now, `fenghuo run` is the service")


def _test_reader(address: str) -> None:
    from monitors.mails.addresses import AddressError, mailbox

    try:
        if address:
            mailbox(f"mailto:{address}")
    except AddressError as error:
        raise WrongInput(str(error)) from error


#: Option -> what is wrong with an answer is found before the next question.
CHECKS: dict[str, Callable[[str], object]] = {
    "--contact": _test_contact,
    "--province": _test_provinces,
    "--level": _test_levels,
    "--reader": _test_reader,
}


def _write(path: Path, text: str) -> None:
    with touching(path):
        path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")


def _subscribe(store: Store, address: str) -> None:
    """The reader, and a place among the readers of the shipped watch."""
    from monitors.profiles import shipped_watch
    from storage.audience import Reader

    store.save_reader(Reader(name=address, channels=(f"mailto:{address}",)), now=now())
    name = shipped_watch().name
    watch = next((watch for watch in store.watches() if watch.name == name), shipped_watch())
    readers = tuple(dict.fromkeys((*watch.readers, address)))
    store.save_watch(replace(watch, readers=readers), now=now(), by="fenghuo init")
