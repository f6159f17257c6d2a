"""fenghuo.toml: how it runs. What is watched lives in the database (`monitors.exchange` carries that as text)."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from crawler.limits import Limits
from monitors.lines import line_of

FILE = "fenghuo.toml"
#: Environment variable -> where its value goes; for what should not stand in a file, and for containers.
ENVIRONMENT = {
    "FENGHUO_DATABASE": ("database",),
    "FENGHUO_CONTACT": ("contact",),
    "FENGHUO_SMTP_USER": ("smtp", "user"),
    "FENGHUO_SMTP_PASSWORD": ("smtp", "password"),
}
CONTACT = re.compile(r"https?://\S+\.\S+|(?:mailto:)?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


class ConfigurationError(Exception):
    """What is wrong with the configuration: file, line and remedy, a line for each fault."""


def check_contact(value: str) -> str:
    if value and not CONTACT.fullmatch(value):
        raise ValueError("write an e-mail address or a web address that reaches you")
    return value


def _check_listen(value: str) -> str:
    if value and not re.fullmatch(r"[^\s:]*:\d{1,5}", value):
        raise ValueError('write an address and a port, for example "127.0.0.1:9464"')
    return value


def _check_web(value: str) -> str:
    if value and not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", value):
        raise ValueError("write an address with TLS (RFC 8058), for example https://news.your.organisation")
    return value


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Smtp(_Table):
    host: str = Field(default="", description="Mail server; empty = digests are written as files.")
    port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is secured.")
    user: str = Field(default="", description="User name; better in FENGHUO_SMTP_USER.")
    password: SecretStr = Field(default=SecretStr(""), description="Password; better in FENGHUO_SMTP_PASSWORD.")
    sender: str = Field(default="", description="From address; empty = the user name or fenghuo@localhost.")
    reply_to: str = Field(default="", description="Where answers go; empty = the contact, where that is an address.")
    seconds: float = Field(default=30.0, gt=0, description="Time for one step of the conversation.")


class Web(_Table):
    address: Annotated[str, AfterValidator(_check_web)] = Field(
        default="", description="https:// address under which readers reach the pages; empty = no links in mails."
    )
    listen: Annotated[str, AfterValidator(_check_listen)] = Field(
        default="", description='Where the pages are served for a proxy with TLS, for example "127.0.0.1:8321".'
    )

    @model_validator(mode="after")
    def _check_both(self) -> Web:
        if bool(self.address) != bool(self.listen):
            raise ValueError("address and listen belong together: links in mails, and who answers them")
        return self


class Schedule(_Table):
    least_minutes: float = Field(default=10.0, ge=1, description="Shortest time between two visits to a source.")
    most_minutes: float = Field(default=360.0, ge=10, description="Longest time between two visits to a source.")
    requests_a_day: int = Field(
        default=0, ge=0, description="Requests in any 24 hours, in all, spent where news is likely; 0 = no limit."
    )
    requests_a_day_per_host: int = Field(
        default=0, ge=0, description="Requests in any 24 hours at one host; 0 = no limit."
    )

    @model_validator(mode="after")
    def _least_before_most(self) -> Self:
        if self.least_minutes > self.most_minutes:
            raise ValueError("least_minutes is longer than most_minutes")
        return self


class Configuration(_Table):
    database: str = Field(
        default="sqlite:///fenghuo.db", description="Where everything is kept: sqlite:///FILE or postgresql://…"
    )
    folder: Path = Field(default=Path("fenghuo-mail"), description="Folder for mails that no server is set for.")
    contact: Annotated[str, AfterValidator(check_contact)] = Field(
        default="", description="Who answers for the crawl; stands in the User-Agent. Nothing is crawled without it."
    )
    proxy: str | None = Field(default=None, description="HTTP proxy for all sources that name none of their own.")
    hosts: dict[str, str] = Field(
        default_factory=dict, description='Fixed addresses of names, as in /etc/hosts: "name" = "address:port".'
    )
    allow_private: tuple[str, ...] = Field(
        default=(), description="Hosts on a private network that webhooks and Apprise may reach."
    )
    listen: Annotated[str, AfterValidator(_check_listen)] = Field(
        default="", description='Address of /healthz and /metrics, for example "127.0.0.1:9464"; empty = none.'
    )
    profiles: tuple[Path, ...] = Field(
        default=(), description="Keyword profiles of your own, TOML files; each is called as its file is."
    )
    holidays: Path | None = Field(
        default=None, description="TOML file with holidays and days worked in exchange that are not known here yet."
    )
    keep_days: int = Field(default=90, ge=1, description="Days that the text of unmatched articles is kept.")
    crawl: Limits = Field(default_factory=Limits, description="Limits of the crawl.")
    schedule: Schedule = Field(default_factory=Schedule, description="When sources are visited.")
    smtp: Smtp = Field(default_factory=Smtp, description="The mail server.")
    web: Web = Field(default_factory=Web, description="The web pages for readers.")


def load(path: Path | None = None) -> Configuration:
    """The configuration of a file (default: fenghuo.toml here, where there is one) and the environment.

    Raises `ConfigurationError`.
    """
    chosen = path or Path(os.environ.get("FENGHUO_CONFIG", FILE))
    if not chosen.is_file():
        if path or "FENGHUO_CONFIG" in os.environ:
            raise ConfigurationError(f"{chosen}: no such file; `fenghuo init` writes one")
        return read("", name=FILE)
    return read(text_of(chosen), name=str(chosen))


def text_of(path: Path) -> str:
    """With or without the mark that Notepad puts before UTF-8. Raises `ConfigurationError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: it is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error


def read(text: str, *, name: str, environment: dict[str, str] | None = None) -> Configuration:
    """The configuration in a text; `name` stands in the errors. Raises `ConfigurationError`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    _overlay(values, os.environ if environment is None else environment)
    try:
        return Configuration.model_validate(values)
    except ValidationError as error:
        faults = (_explain(text, name, fault["loc"], fault["msg"], fault["type"]) for fault in error.errors())
        raise ConfigurationError("\n".join(faults)) from error


def _overlay(values: dict[str, Any], environment: Any) -> None:
    for variable, (*tables, key) in ENVIRONMENT.items():
        if variable in environment:
            table = values
            for step in tables:
                table = table.setdefault(step, {})
            table[key] = environment[variable]


def _explain(text: str, name: str, where: tuple[int | str, ...], message: str, kind: str) -> str:
    key = ".".join(str(step) for step in where)
    line = line_of(text, where)
    place = f"{name}:{line}" if line else name
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(where[-1]), _keys(where[:-1]), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(_keys(where[:-1]))}"
        return f"{place}: unknown key {key!r}; {hint}"
    return f"{place}: {key}: {message.removeprefix('Value error, ')}"


def _keys(tables: tuple[int | str, ...]) -> list[str]:
    model: Any = Configuration
    for table in tables:
        model = model.model_fields[str(table)].annotation
    return list(model.model_fields)
