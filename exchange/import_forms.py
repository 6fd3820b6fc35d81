"""What people enter of a file that they send, and of what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.forms import DressedForm
from common.names import Name
from exchange.rules.headings import SheetPlan
from exchange.rules.kinds import KINDS, KindCode

BY_HEADINGS = Name("按列名识别", "as the headings tell")
NOT_READ = Name("不读取", "not read")
KIND_NAMES = {code: kind.name for code, kind in KINDS.items()}


class UploadForm(DressedForm):
    """A file of records."""

    file = forms.FileField(
        label=gettext_lazy("File (.xlsx, or .csv in UTF-8 or GB18030)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), required=False)
    origin = forms.CharField(
        label=gettext_lazy("System that identified the cases (leave empty for clues)"), required=False, max_length=100
    )
    is_whole = forms.BooleanField(
        label=gettext_lazy("All or nothing: write only where no row is refused"), required=False
    )

    def fill(self) -> None:
        self.offer("kind", KIND_NAMES, empty=BY_HEADINGS)


class SheetForm(DressedForm):
    """What one sheet holds, and what each of its columns is."""

    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), required=False)

    def __init__(self, plan: SheetPlan, *entered: Any, **options_: Any) -> None:
        self.plan = plan
        options_.setdefault("prefix", f"s{plan.number}")
        options_.setdefault("initial", {"kind": next(iter(plan.kinds), "")})
        super().__init__(*entered, **options_)

    def fill(self) -> None:
        self.offer("kind", KIND_NAMES, empty=NOT_READ)
        code = next(iter(self.plan.kinds), None)
        for place, heading in enumerate(self.plan.headings):
            if heading:
                held = self.plan.kinds.get(code, {}).get(place, "") if code else ""
                self.fields[f"c{place}"] = forms.ChoiceField(
                    label=heading, required=False, choices=_columns(), initial=f"{code}.{held}" if held else ""
                )

    def chosen(self) -> SheetPlan:
        """The plan as it was entered; columns of other kinds than the sheet's are not read."""
        told = self.cleaned_data
        plan = self.plan
        if not told["kind"]:
            return SheetPlan(plan.number, plan.name, plan.line, plan.headings)
        code = KindCode(told["kind"])
        held = {
            place: value.partition(".")[2]
            for place in range(len(plan.headings))
            if (value := told.get(f"c{place}", "")) and value.partition(".")[0] == code.value
        }
        beside = {other: columns for other, columns in plan.kinds.items() if other is not code}
        same = code is next(iter(plan.kinds), None)
        kinds = {code: held, **(beside if same else {})}
        return SheetPlan(plan.number, plan.name, plan.line, plan.headings, kinds)


def _columns() -> list[Any]:
    """Every value that a column may be, by kind."""
    groups = [
        (str(kind.name), [(f"{kind.code.value}.{column.name}", str(column.heading)) for column in kind.columns])
        for kind in KINDS.values()
    ]
    return [("", str(NOT_READ)), *groups]


def sheets_of(plans: Sequence[SheetPlan], *entered: Any) -> list[SheetForm]:
    """A form for each sheet of a file."""
    return [SheetForm(plan, *entered) for plan in plans]
