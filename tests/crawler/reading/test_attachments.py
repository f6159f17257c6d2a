"""Attachments as real files, made by the libraries that offices use."""

import io
import zipfile

import docx
import openpyxl
import pytest

from crawler.reading import read_attachment
from crawler.reading.attachments import MAX_CHARACTERS, MAX_ROWS

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 46>>stream
BT /F1 24 Tf 20 100 Td (Smart factory list) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    row = document.add_table(1, 2).rows[0]
    row.cells[0].text, row.cells[1].text = "序号", "企业"
    return saved(document)


def excel_file(rows: int) -> bytes:
    book = openpyxl.Workbook()
    for number in range(rows):
        book.active.append([number, "示例机器人有限公司"])
    return saved(book)


def saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_pdf_text_is_read() -> None:
    assert read_attachment(PDF, "清单.pdf").text == "Smart factory list"


def test_word_paragraphs_and_tables_come_in_order() -> None:
    assert read_attachment(word_file("第一条", "第二条"), "docx").text == "第一条\n第二条\n序号\t企业"


def test_the_first_bytes_win_over_the_name() -> None:
    assert read_attachment(word_file("通知"), "通知.doc").text.startswith("通知")


def test_excel_rows_are_limited() -> None:
    read = read_attachment(excel_file(MAX_ROWS + 10), "xlsx")
    assert read.text.count("示例机器人有限公司") == MAX_ROWS


def test_a_long_text_is_cut_and_said_to_be() -> None:
    read = read_attachment(word_file("长" * (MAX_CHARACTERS + 1)), "docx")
    assert read.problem is not None and read.problem.kind == "cut"
    assert len(read.text) == MAX_CHARACTERS


def test_a_zip_bomb_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 120_000_000)
    read = read_attachment(file.getvalue(), "docx")
    assert read.problem is not None and read.problem.kind == "too-large"


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04broken", b"%PDF-1.4 broken", b"\xd0\xcf\x11\xe0old", b"<html>"])
def test_a_damaged_file_is_a_problem(body: bytes) -> None:
    read = read_attachment(body, "x.docx")
    assert read.text == "" and read.problem is not None
