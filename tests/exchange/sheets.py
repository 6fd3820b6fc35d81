"""Files that tests upload: workbooks and texts made in memory, good and hostile."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def workbook(**sheets: Rows) -> bytes:
    """An .xlsx file with these sheets."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell)
                elif cell is not None:
                    sheet.write(line, place, cell)
    book.close()
    return written.getvalue()


def altered(content: bytes, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> bytes:
    """The archive with its parts changed."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in change(parts).items():
            archive.writestr(name, told)
    return written.getvalue()


def with_part(name: str, told: bytes = b"x") -> bytes:
    """A workbook with one part more."""
    return altered(workbook(户=[["户编号"]]), lambda parts: {**parts, name: told})


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is written so."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    body = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{xml}</worksheet>'
    told = xml if xml.startswith("<?xml") else head + body
    return altered(workbook(户=[["户编号"]]), lambda parts: {**parts, "xl/worksheets/sheet1.xml": told.encode()})


def hidden(content: bytes, name: str) -> bytes:
    """The workbook with one sheet hidden."""
    mark = f'<sheet name="{name}"'.encode()

    def change(parts: dict[str, bytes]) -> dict[str, bytes]:
        told = parts["xl/workbook.xml"]
        return {**parts, "xl/workbook.xml": told.replace(mark, mark + b' state="hidden"')}

    return altered(content, change)
