"""The outbox as the configuration wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitors.background import background_of
from monitors.channels import Settings
from monitors.channels.http import Reach
from monitors.channels.smtp import Smtp, SmtpSettings
from monitors.mails import Letterhead
from monitors.outbox import open_dispatcher
from monitors.subscriptions import key_of

if TYPE_CHECKING:
    from monitors.configuration import Configuration
    from monitors.delivery import Dispatcher
    from storage import Store


def dispatcher(configuration: Configuration, store: Store) -> Dispatcher:
    return open_dispatcher(store, _with_links(settings(configuration), store), background=background_of(store))


def _with_links(settings: Settings, store: Store) -> Settings:
    """The key lies with the data; what is written without it ends no subscription."""
    key = key_of(store, now=datetime.now(UTC)) if settings.letterhead.web else b""
    return replace(settings, letterhead=replace(settings.letterhead, key=key))


def settings(configuration: Configuration) -> Settings:
    contact = configuration.contact.removeprefix("mailto:")
    return Settings(
        letterhead=letterhead(configuration),
        smtp=smtp_settings(configuration) if configuration.smtp.host else None,
        folder=configuration.folder,
        reach=Reach(private=frozenset(configuration.allow_private)),
        operator=f"mailto:{contact}" if "@" in contact else "",
    )


def letterhead(configuration: Configuration) -> Letterhead:
    smtp, contact = configuration.smtp, configuration.contact.removeprefix("mailto:")
    return Letterhead(
        sender=smtp.sender or (smtp.user if "@" in smtp.user else "fenghuo@localhost"),
        reply_to=smtp.reply_to or (contact if "@" in contact else ""),
        web=configuration.web.address,
    )


def smtp_settings(configuration: Configuration) -> SmtpSettings:
    smtp = configuration.smtp
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=smtp.password.get_secret_value(),
        seconds=smtp.seconds,
    )


def check_mail_server(configuration: Configuration) -> str:
    """What is wrong with connecting, securing and logging in; empty where nothing is."""
    return Smtp(smtp_settings(configuration), letterhead(configuration)).check()
