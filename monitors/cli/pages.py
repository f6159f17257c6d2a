"""fenghuo page: pages as received, shown and exported."""

from __future__ import annotations

import base64
import json
import sys
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from monitors.cli.asking import Expression, LevelOption, ProvinceOption, SinceOption, UntilOption, narrowed, warn
from monitors.cli.faults import WrongInput, touching
from monitors.cli.opening import ConfigOption, configuration, now, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.text import Decoded
    from storage import Store
    from storage.records import RawPage

#: Articles whose pages are in memory at a time.
BATCH = 20


class PageGroup(TyperGroup):
    """`fenghuo page URL` is short for `fenghuo page show URL`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else ["show", *args])


app = typer.Typer(
    cls=PageGroup,
    help="Pages as received: `fenghuo page URL` shows one, `fenghuo page export` writes many.",
    no_args_is_help=True,
)


@app.command()
def show(
    url: Annotated[str, typer.Argument(help="Address of an article.")],
    headers: Annotated[bool, typer.Option("--headers", help="Only what was said about it.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Only its source, decoded.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As a JSON object; the body's bytes in base64.")] = False,
    output: Annotated[Path | None, typer.Option(help="Its bytes into a file; - is standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
    config: ConfigOption = None,
) -> None:
    """Show a page as it was received: address, time, status, headers, encoding, source."""
    from crawler.text import decode
    from monitors.cli.screens import safe

    if sum((headers, text, json_, output is not None)) > 1:
        raise WrongInput("choose one of --headers, --text, --json and --output")
    with opened(configuration(config), reading=True) as store:
        page, encoding = kept_page(store, url)
    if output:
        write_bytes(page.body, output, force=force)
        return
    decoded = decode(page.body, page.content_type, override=encoding)
    if json_:
        print(json.dumps(as_object(page, decoded), ensure_ascii=False))
        return
    if not text:
        show_headers(page, decoded)
    if not headers:
        print(safe(decoded.text))


def kept_page(store: Store, url: str) -> tuple[RawPage, str | None]:
    """With the charset that its source's pages are said to have."""
    from storage.addresses import AddressError

    try:
        page, article = store.page(url), store.article(url)
    except AddressError as error:
        raise WrongInput(str(error)) from error
    if article is None:
        raise WrongInput(f"{url} is not stored; `fenghuo explain URL` says what became of an address")
    if page is None:
        raise WrongInput(f"of {url} no page is kept: it matched no watch when it was read")
    return page, article.source.encoding


def write_bytes(body: bytes, output: Path, *, force: bool) -> None:
    from monitors.files import whole_file

    if str(output) == "-":
        sys.stdout.buffer.write(body)
        return
    with touching(output), whole_file(output, overwrite=force) as file:
        file.write(body)
    print(f"wrote {len(body)} bytes to {output}")


def as_object(page: RawPage, decoded: Decoded) -> dict[str, Any]:
    return {
        "url": page.url,
        "fetched_at": page.fetched_at.isoformat(),
        "status": page.status,
        "headers": page.headers,
        "encoding": decoded.encoding,
        "decoded": decoded.how,
        "text": decoded.text,
        "body": base64.b64encode(page.body).decode(),
    }


def show_headers(page: RawPage, decoded: Decoded) -> None:
    from monitors.cli.screens import console, line, moment

    lines = [
        ("address", page.url),
        ("received", f"{moment(page.fetched_at)}, {len(page.body):,} bytes"),
        ("status", f"{page.status} {responses.get(page.status, '')}"),
        *(("header", f"{name}: {value}") for name, value in page.headers),
        ("decoded", f"{decoded.encoding}: {decoded.how}"),
    ]
    for name, said in lines:
        console.print(f"[bold]{name:<12}[/]{line(said)}", soft_wrap=True)


@app.command()
def export(
    expression: Expression = "",
    warc: Annotated[Path | None, typer.Option(help="File to write, for example pages.warc.gz.")] = None,
    since: SinceOption = "",
    until: UntilOption = "",
    province: ProvinceOption = "",
    level: LevelOption = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write kept pages, all versions of them, as a standard WARC file."""
    from monitors.files import whole_file

    if warc is None:
        raise WrongInput("write --warc FILE, for example --warc pages.warc.gz")
    whole = narrowed(expression, since=since, until=until, province=province, level=level)
    with opened(configuration(config), reading=True) as store:
        warn(store, whole)
        ids = store.articles_with_page(whole, now=now())
        if not ids:
            print("no page is kept of what was asked for; nothing was written")
            return
        with touching(warc), whole_file(warc, overwrite=force) as file:
            written = write_warc(store, ids, file, name=warc.name, query=whole)
    print(f"wrote {written} pages of {len(ids)} articles to {warc}, {warc.stat().st_size / 1e6:.1f} MB")


def write_warc(store: Store, ids: Sequence[int], file: Any, *, name: str, query: str) -> int:
    from monitors.cli.screens import progress
    from monitors.warc import Archive

    archive, written = Archive(file, name=name, about={"query": query}), 0
    with progress("articles", len(ids)) as advance:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            for page in store.pages_of(batch):
                archive.add(page)
                written += 1
            advance(len(batch))
    return written
