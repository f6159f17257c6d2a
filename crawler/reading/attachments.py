"""The text of a notice's PDF, DOCX or XLSX, within limits. The door to pypdfium2, python-docx and openpyxl.

Runs in worker processes beside the article, whose limits of time and memory end what these limits do not. The libraries
are imported by the first file that needs them: together they take longer (0.15 s) than the rest of the reader.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.reading.values import AttachmentText, Problem

if TYPE_CHECKING:
    import pypdfium2

MAX_PAGES = 200
MAX_CHARACTERS = 400_000
MAX_ROWS = 5_000
#: Office files are zip archives: what they may unpack to, in bytes. A 300-page regulation has 10 MB.
MAX_UNPACKED = 100_000_000


class _Unreadable(Exception):
    """Carries the Problem of a file out of the reader that met it."""

    def __init__(self, kind: str, evidence: str) -> None:
        super().__init__(evidence)
        self.problem = Problem(kind=kind, evidence=evidence[:200])


def read_attachment(body: bytes, kind: str) -> AttachmentText:
    """The text of a file; `kind` is its ending, name or URL. The first bytes win over it. Never raises."""
    reader = READERS.get(sniffed_kind(body, kind))
    if reader is None:
        return AttachmentText(text="", problem=Problem(kind="unknown-file", evidence=f"{kind[-40:]}: {body[:8]!r}"))
    try:
        return _within_limits(reader(body))
    except _Unreadable as error:
        return AttachmentText(text="", problem=error.problem)


def sniffed_kind(body: bytes, kind: str) -> str:
    """pdf, docx, xlsx or what the name says."""
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(b"PK"):
        names = _members(body)
        return next(
            (
                known
                for folder, known in (("word/", "docx"), ("xl/", "xlsx"))
                if any(n.startswith(folder) for n in names)
            ),
            "zip",
        )
    return urlsplit(kind).path.rpartition(".")[2].lower() if not body.startswith(b"\xd0\xcf\x11\xe0") else "ole"


def _members(body: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return [info.filename for info in archive.infolist()[:2000]]
    except (zipfile.BadZipFile, ValueError, OSError):
        return []


def _within_limits(pieces: Iterator[str]) -> AttachmentText:
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece.replace("\0", ""))
        size += len(piece)
        if size > MAX_CHARACTERS:
            cut = "\n".join(kept)[:MAX_CHARACTERS]
            return AttachmentText(
                text=cut, problem=Problem(kind="cut", evidence=f"more than {MAX_CHARACTERS} characters")
            )
    text = "\n".join(line for line in kept if line.strip())
    return AttachmentText(text=text, problem=None if text else Problem(kind="no-text", evidence="a scan, or empty"))


def _pdf(body: bytes) -> Iterator[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise _Unreadable("damaged-file", str(error)) from error
    try:
        for index in range(min(len(document), MAX_PAGES)):
            yield _unwrapped(_pdf_page(document, index))
        if len(document) > MAX_PAGES:
            yield f"[{len(document) - MAX_PAGES} more pages]"
    finally:
        document.close()


def _pdf_page(document: "pypdfium2.PdfDocument", index: int) -> str:
    import pypdfium2

    try:
        page = document[index]
        text: str = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    return text


def _unwrapped(text: str) -> str:
    """PDF lines joined where a line ends in the middle of a Chinese sentence."""
    return re.sub(r"(?<=[㐀-鿿，、])\r?\n(?=[㐀-鿿，、。；）])", "", text).replace("\r\n", "\n")


def _unpackable(body: bytes) -> io.BytesIO:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _Unreadable("damaged-file", str(error)) from error
    if size > MAX_UNPACKED:
        raise _Unreadable("too-large", f"unpacks to {size} bytes")
    return io.BytesIO(body)


def _docx(body: bytes) -> Iterator[str]:
    import docx

    file = _unpackable(body)
    try:
        document = docx.Document(file)
        for block in document.iter_inner_content():
            if isinstance(block, docx.table.Table):
                yield from (
                    "\t".join(cell.text.replace("\n", " ") for cell in row.cells) for row in block.rows[:MAX_ROWS]
                )
            else:
                yield block.text
    except (
        Exception
    ) as error:  # python-docx has no error tree: KeyError, ValueError, lxml's XMLSyntaxError, BadZipFile ...
        raise _Unreadable("damaged-file", f"{type(error).__name__}: {error}") from error


def _xlsx(body: bytes) -> Iterator[str]:
    import openpyxl

    file = _unpackable(body)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield sheet.title
            for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=200, values_only=True):
                cells = [_cell(value) for value in row]
                if any(cells):
                    yield "\t".join(cells).rstrip("\t")
        book.close()
    except Exception as error:  # openpyxl has no error tree either: KeyError, ValueError, ParseError, BadZipFile ...
        raise _Unreadable("damaged-file", f"{type(error).__name__}: {error}") from error


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time().isoformat() == "00:00:00" else "%Y-%m-%d %H:%M")
    return " ".join(str(value).split()) if value is not None else ""


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}
