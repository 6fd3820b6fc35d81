"""Files that people fill: templates with lists and notes, and refused rows of a run, marked to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from common.names import Name
from exchange.models import Run
from exchange.models.run import unsealed
from exchange.rules.headings import EXAMPLE
from exchange.rules.kinds import KINDS, Column, Kind, KindCode
from exchange.rules.outcomes import Became
from exchange.rules.reading import amount, day, digits, moment, whole, yes_or_no

ROWS_TO_FILL = 5000
LONGEST_LIST = 255  # characters of a list that stands in the cell's own rule
LISTS = "lists"
WIDTH, WIDTH_OF_FAULT = 18, 60
EXAMPLES: dict[str, str | Name] = {
    "village": "620121100201",
    "village_name": "620121100201",
    "head_name": "张三",
    "name": "李四",
    "phone": "13900000000",
    "household": "62012110020100001",
    "national_number": "62012110020100001",
    "address": Name("三社12号", "Group 3, no. 12"),
    "item": Name("参加城乡居民基本医疗保险", "medical insurance"),
}
BY_READER: dict[Any, str | Name] = {
    day: "2022-09-05",
    moment: "2022-09-05T14:30:00+08:00",
    amount: "1234.50",
    whole: "3",
    yes_or_no: Name("是", "yes"),
}
YES_OR_NO = (Name("是", "yes"), Name("否", "no"))


def template(kinds: Sequence[KindCode]) -> bytes:
    """A workbook to fill: a sheet for each kind, with drop-downs, notes, and a row that shows how."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    sheets = [(KINDS[code], book.add_worksheet(str(KINDS[code].name))) for code in kinds]
    lists = book.add_worksheet(LISTS)
    lists.hide()
    column = 0
    for kind, sheet in sheets:
        column = _prepare(book, sheet, kind, lists, column)
    book.close()
    return written.getvalue()


def faulty(run: Run) -> bytes:
    """The refused rows of a run, a sheet for each kind: the cell at fault coloured, the sentence behind the row."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"constant_memory": True, "strings_to_formulas": False})
    for code in KindCode:
        rows = run.items.filter(became=Became.REFUSED.value, kind=code.value).order_by("position")
        if rows.exists():
            _write_faulty(book, KINDS[code], rows.iterator())
    if not book.worksheets():
        book.add_worksheet()
    book.close()
    return written.getvalue()


def _prepare(book: xlsxwriter.Workbook, sheet: Worksheet, kind: Kind, lists: Worksheet, column: int) -> int:
    """Write headings, notes, lists and the example; gives the next free column of the hidden sheet."""
    text = book.add_format({"num_format": "@"})
    needed = book.add_format({"bold": True, "bg_color": "#DBEAFE", "text_wrap": True})
    free = book.add_format({"bold": True, "bg_color": "#F3F4F6", "text_wrap": True})
    pale = book.add_format({"italic": True, "font_color": "#6B7280", "num_format": "@"})
    sheet.freeze_panes(1, 0)
    for place, each in enumerate(_columns(kind)):
        sheet.set_column(place, place, WIDTH, text if each.read in {digits, day, moment} else None)
        sheet.write_string(0, place, str(each.heading), needed if each.is_required else free)
        if note := _note(each):
            sheet.write_comment(0, place, note)
        sheet.write_string(1, place, _example(each) if place else _marked(_example(each)), pale)
        choices = [str(name) for name in (YES_OR_NO if each.read is yes_or_no else each.choices.values())]
        if choices and not each.is_list:
            source: Any = choices
            if len(",".join(choices)) > LONGEST_LIST:
                lists.write_column(0, column, choices)
                letter = xlsxwriter.utility.xl_col_to_name(column)
                source, column = f"={LISTS}!${letter}$1:${letter}${len(choices)}", column + 1
            sheet.data_validation(2, place, ROWS_TO_FILL, place, {"validate": "list", "source": source})
    return column


def _columns(kind: Kind) -> list[Column]:
    """The columns of a template: keys of programs are left out."""
    return [column for column in kind.columns if column.name != "id"]


def _marked(example: str) -> str:
    return f"{Name(*EXAMPLE)} {example}".strip()


def _example(column: Column) -> str:
    told = EXAMPLES.get(column.name) or BY_READER.get(column.read) or next(iter(column.choices.values()), "")
    return str(told)


def _note(column: Column) -> str:
    listed = _(", ").join(str(name) for name in column.choices.values()) if column.is_list else ""
    parts = [_("must be filled") if column.is_required else "", str(column.note), listed]
    return "\n".join(part for part in parts if part)


def _write_faulty(book: xlsxwriter.Workbook, kind: Kind, rows: Iterable[Any]) -> None:
    sheet = book.add_worksheet(str(kind.name))
    head = book.add_format({"bold": True, "bg_color": "#F3F4F6"})
    text = book.add_format({"num_format": "@"})
    wrong = book.add_format({"num_format": "@", "bg_color": "#FECACA"})
    sheet.set_column(0, len(kind.columns) - 1, WIDTH)
    sheet.set_column(len(kind.columns), len(kind.columns), WIDTH_OF_FAULT)
    told = [*(str(column.heading) for column in kind.columns), _("What is wrong"), _("Code of the fault"), _("Line")]
    for place, heading in enumerate(told):
        sheet.write_string(0, place, heading, head)
    for line, row in enumerate(rows, start=1):
        values, sentence = unsealed(row.content), unsealed(row.told).get("message", "")
        for place, column in enumerate(kind.columns):
            value = _text(values.get(column.name))
            is_wrong = column.name == row.field
            if value or is_wrong:
                sheet.write_string(line, place, value, wrong if is_wrong else text)
        for place, value in enumerate((sentence, row.code, str(row.line)), start=len(kind.columns)):
            sheet.write_string(line, place, value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return str(YES_OR_NO[not value])
    return str(value)
