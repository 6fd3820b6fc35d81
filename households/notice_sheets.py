"""The sheet of a public notice as a PDF that can be printed and hung."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from households.rules.notices import COLUMNS, NoticeSheet

# Every reader of PDF brings the glyphs of this font: the file stays small, and needs no font on the server.
FONT = "STSong-Light"
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK")
TITLE = ParagraphStyle("title", parent=TEXT, fontSize=24, leading=40, firstLineIndent=0, alignment=TA_CENTER)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=14, leading=22, firstLineIndent=0, alignment=TA_CENTER)
SIGNED = ParagraphStyle("signed", parent=TEXT, firstLineIndent=0, alignment=TA_RIGHT)
GRID = [("GRID", (0, 0), (-1, -1), 0.75, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]


def pdf_of(sheet: NoticeSheet) -> bytes:
    """The sheet on one page of A4."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    written = BytesIO()
    page = SimpleDocTemplate(
        written, pagesize=A4, title=sheet.title, author=sheet.signed[0], topMargin=30 * mm, bottomMargin=25 * mm
    )
    rows = [[Paragraph(escape(text), CELL) for text in row] for row in (COLUMNS, sheet.row)]
    page.build(
        [
            Paragraph(escape(sheet.title), TITLE),
            Spacer(1, 10 * mm),
            Paragraph(escape(sheet.said), TEXT),
            Spacer(1, 6 * mm),
            Table(rows, colWidths=[page.width / len(COLUMNS)] * len(COLUMNS), style=GRID),
            Spacer(1, 6 * mm),
            Paragraph(escape(sheet.days), TEXT),
            Paragraph(escape(sheet.how_to_object), TEXT),
            Spacer(1, 16 * mm),
            *(Paragraph(escape(line), SIGNED) for line in sheet.signed),
        ]
    )
    return written.getvalue()
