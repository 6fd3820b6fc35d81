"""Files that people fill: templates with lists and notes, and refused rows of a run, marked to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from common.names import Name
from exchange.models import Run
from exchange.models.run import unsealed
from exchange.rules.headings import EXAMPLE
from exchange.rules.kinds import KINDS, OCCASIONS, Column, Kind, KindCode
from exchange.rules.outcomes import Became
from exchange.rules.reading import day, digits, moment, yes_or_no
from households.rules.categories import CATEGORIES, Category
from households.rules.codes import HOUSEHOLD_TYPES, RELATIONSHIPS, RISKS, SEXES, HouseholdType, Relationship, Risk, Sex
from households.rules.person_codes import ETHNICITIES, POLITICAL_STATUSES, PoliticalStatus
from households.rules.procedure import CLUE_SOURCES, ClueSource
from households.rules.visits import PURPOSES, Purpose

ROWS_TO_FILL = 5000
LONGEST_LIST = 255  # characters of a list that stands in the cell's own rule
LISTS = "lists"
WIDTH, WIDTH_OF_FAULT = 18, 60
YES_OR_NO = (Name("是", "yes"), Name("否", "no"))
HOME = "62012110020100001"
# One household from its registration on: with the mark taken off, each row would be taken after those above it.
EXAMPLES: Mapping[KindCode, Mapping[str, str | Name]] = {
    KindCode.DIVISION: {
        "code": "620121100201",
        "name": Name("南街村", "Nanjie"),
        "valid_from": "2020-01-01",
    },
    KindCode.HOUSEHOLD: {
        "village": "620121100201",
        "township_name": "城关镇",
        "county_name": "永登县",
        "national_number": HOME,
        "head_name": "张三",
        "head_sex": SEXES[Sex.MALE],
        "head_birth_date": "1971-03-04",
        "address": Name("三社12号", "Group 3, no. 12"),
        "phone": "13900000000",
        "is_former_poor": YES_OR_NO[0],
        "registered_on": "2022-03-01",
    },
    KindCode.MEMBER: {
        "household": HOME,
        "name": "李四",
        "sex": SEXES[Sex.FEMALE],
        "birth_date": "1973-06-01",
        "relationship": RELATIONSHIPS[Relationship.SPOUSE],
        "ethnicity": ETHNICITIES["01"],
        "political_status": POLITICAL_STATUSES[PoliticalStatus.MASSES],
        "phone": "13900000000",
        "joined_on": "2022-03-01",
    },
    KindCode.CASE: {
        "household": HOME,
        "household_type": HOUSEHOLD_TYPES[HouseholdType.SUDDEN],
        "risks": RISKS[Risk.ILLNESS],
        "has_no_labour": YES_OR_NO[1],
        "on": "2022-03-15",
        "source": CLUE_SOURCES[ClueSource.SELF_APPLICATION],
        "told": Name("户主患病住院，医疗支出较大", "the head is in hospital, which costs much"),
    },
    KindCode.INCOME: {
        "household": HOME,
        "occasion": OCCASIONS["identification"],
        "surveyed_on": "2022-03-16",
        "period_from": "2021-03-01",
        "period_to": "2022-02-28",
        "household_size": "2",
        "wage": "18000.00",
        "business": "5200.50",
        "transfer": "3600.00",
        "business_expense": "1900.00",
        "claims": "8000.00",
        "self_paid": "12500.00",
    },
    KindCode.GUARANTEES: {
        "household": HOME,
        "checked_on": "2022-03-16",
        "is_housing_safe": YES_OR_NO[0],
        "is_schooling_kept": YES_OR_NO[0],
        "is_everyone_insured": YES_OR_NO[1],
        "is_water_safe": YES_OR_NO[0],
    },
    KindCode.MEASURE: {
        "household": HOME,
        "category": CATEGORIES[Category.HEALTH],
        "item": Name("参加城乡居民基本医疗保险", "medical insurance"),
        "on": "2022-04-01",
        "due_on": "2022-06-30",
        "amount": "320.00",
        "risk": RISKS[Risk.ILLNESS],
        "responsible_unit": Name("县医保局", "county medical insurance office"),
    },
    KindCode.VISIT: {
        "household": HOME,
        "purpose": PURPOSES[Purpose.ROUTINE],
        "happened_at": "2022-04-05T14:30:00+08:00",
        "findings": Name("户主已出院，在家休养", "the head is back home and recovers"),
        "next_visit_on": "2022-05-05",
        "signed_name": "张三",
    },
}


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
        example = str(EXAMPLES[kind.code].get(each.name, ""))
        sheet.write_string(1, place, example if place else _marked(example), pale)
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
