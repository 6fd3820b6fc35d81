"""One page with every component of the site in each of its states, for whoever builds pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import SavedView
from assistance.rules.categories import CATEGORIES, Category
from common.numbers import grouped
from common.parameters import takes
from households.rules.clocks import LIMITS, OWNERS, Limit, Owner, Unit, in_words
from households.rules.codes import HOUSEHOLD_TYPES, RISKS, Risk
from households.rules.findings import VERDICTS, Verdict
from households.rules.gate import RISK_STATES
from households.rules.history import EVENT_KINDS, HANDS, EventKind, Hand
from households.rules.levels import LEVELS, Level
from households.step_forms import PauseForm, StepForm
from households.workflow import STATUSES, Status
from reports import case_story, comparisons, gate_story, list_rows, pages, plan_story
from reports.comparisons import Badge, FigureRow, RelationRow
from reports.forms import ScopeForm
from reports.gate_story import ConditionTold, GateTold, RecordTold, WaiverTold
from reports.indicators import BASES, INDICATORS, Basis
from reports.list_pages import Chip, Choice, Field
from reports.pages import Shown, Tile
from reports.procedure_story import ClockTold, OptionTold, ProcedureTold, StepTold
from reports.query import Scope
from reports.rules.relations import RelationVerdict
from reports.rules.verdicts import VerdictKind

HERE = "components"
NOBODY = UUID(int=0)
PLACES = (("62", "甘肃省"), ("6201", "兰州市"), ("620121", "永登县"))
SCOPE = Scope("6201", date(2022, 9, 5), date(2022, 1, 1), datetime(2022, 9, 6, 4, tzinfo=UTC))
TOTAL, RATE = INDICATORS["monitoring.total.households"], INDICATORS["elimination.rate"]


@never_cache
@login_required
@require_safe
@takes(*ScopeForm.base_fields, *PauseForm.base_fields)
def components(request: HttpRequest) -> HttpResponse:
    """Samples, none of them from records."""
    records = _of_records()
    told = {
        "label": _("Components"),
        "sample": {"scope": SCOPE, "here": reverse(HERE)}
        | _of_frame()
        | _of_figures()
        | _of_lists()
        | records
        | {"plan": _of_plan(records["measures"])}
        | _of_procedure()
        | _of_gate()
        | _of_forms()
        | _of_sources(),
    }
    return render(request, "reports/components.html", told)


def _of_frame() -> dict[str, Any]:
    here = reverse(HERE)
    choices = [{"code": code, "name": name, "address": here} for code, name in PLACES]
    return {
        "switcher": {"name": PLACES[1][1], "code": PLACES[1][0], "here": here, "choices": choices, "kept": []},
        "place": {"name": PLACES[1][1], "path": choices},
        "saved": [SavedView(name=_("A year of work"), page="households")],
        "notices": [{"source": _("A year of work")}],
        "matches": [
            {"address": here, "level": LEVELS[Level.COUNTY], "found": {"name": "永登县", "code": "620121", "above": []}}
        ],
        "messages": [_("The password has been changed.")],
    }


def _of_figures() -> dict[str, Any]:
    here = reverse(HERE)
    linked = Shown(grouped(958), pages.unit_of("household", Fraction(958)), "", "", here, "958", "+31")
    plain = Shown(grouped(3248), pages.unit_of("person", Fraction(3248)), "", "", "", "3248")
    rates = tuple(
        Shown(value, "", str(BASES[basis]), ratio, here, "")
        for basis, value, ratio in (
            (Basis.HOUSEHOLD, "68.68%", "658 / 958"),
            (Basis.PERSON, "67.49%", "2,192 / 3,248"),
        )
    )
    return {
        "tiles": [Tile(str(TOTAL.name), (linked, plain)), Tile(str(RATE.name), rates)],
        "bars": [(str(CATEGORIES[category]), number) for category, number in _BARS.items()],
    }


_BARS = {Category.HEALTH: 679, Category.INDUSTRY: 530, Category.EMPLOYMENT: 392}


def _of_lists() -> dict[str, Any]:
    here = reverse(HERE)
    columns = ("head", "status", "persons")
    known = [column for column in columns if column in list_rows.COLUMNS]
    cells = [
        {"heading": heading, "kind": kind, "text": text}
        for (heading, kind), text in zip(
            list_rows.headings(known)[1:], (str(STATUSES[Status.MONITORED]), "4"), strict=False
        )
    ]
    types = tuple(Choice(code.value, str(name), is_chosen=False) for code, name in HOUSEHOLD_TYPES.items())
    return {
        "listed": {"path": here, "asked": {}, "fields": {"q": ""}, "linked": {}},
        "fields": [Field("household_type", _("Type"), types)],
        "chips": [Chip(_("%(name)s: %(value)s") % {"name": _("Status"), "value": STATUSES[Status.MONITORED]}, here)],
        "columns": [Choice("persons", _("Persons"), is_chosen=True)],
        "orders": [Choice("", _("Village"), is_chosen=True)],
        "headings": list_rows.headings(known),
        "rows": [{"address": here, "name": "张三", "cells": cells}],
        "children": [
            {"name": "永登县", "code": "620121", "address": here, "villages": "2", "households": "269"}
            | {"households_address": here}
        ],
        "others": [{"name": "皋兰县", "code": "620122", "address": here, "valid_to": date(2022, 7, 1)}],
        "lower_level": LEVELS[Level.COUNTY],
    }


def _of_records() -> dict[str, Any]:
    recorded = {"recorded_by": "李梅", "recorded_at": SCOPE.known_at}
    correction = recorded | {"was": date(2022, 4, 2), "became": date(2022, 4, 1), "reason": "误写"}
    return {
        "events": [
            {
                "is_step": True,
                "name": STATUSES[Status.MONITORED],
                "says": [],
                "entry": {"on": date(2022, 4, 1), "event": recorded, "corrections": [correction]},
            },
            {
                "is_step": False,
                "name": STATUSES[Status.REPORTED],
                "says": [],
                "entry": {"on": date(2022, 3, 1), "event": recorded | {"reason": "因病住院"}, "corrections": []},
            },
        ],
        "measures": [
            {
                "category": CATEGORIES[Category.HEALTH],
                "item": "大病救治",
                "badge": Badge(str(name), tone),
                "planned_on": date(2022, 4, 2),
                "landed_on": date(2022, 8, 1) if state in {"landed", "ended"} else None,
                "ended_on": date(2022, 9, 1) if state == "ended" else None,
                "amount": "1,200",
            }
            for state, (name, tone) in case_story.STATES.items()
        ],
    }


def _of_procedure() -> dict[str, Any]:
    here, day = reverse(HERE), date(2022, 4, 1)
    name, hand = str(EVENT_KINDS[EventKind.VERIFIED]), str(HANDS[Hand.VERIFICATION])
    next_name, next_hand = str(EVENT_KINDS[EventKind.COMPARED]), str(HANDS[Hand.COMPARISON])
    running = ClockTold(
        name=_("verification at home"),
        term=in_words(5, Unit.WORKING_DAYS),
        limit=str(LIMITS[Limit.LATEST]),
        due_on=date(2022, 4, 8),
        is_estimated=False,
        owner=str(OWNERS[Owner.CASEWORKER]),
        badge=Badge(_("late"), "bad"),
        paused_on=None,
        reason="",
        address=here,
    )
    standing = replace(running, due_on=None, badge=Badge(_("stands still"), "watch"), paused_on=day, reason="户主住院")
    event = {"occurred_on": day, "recorded_by": "李梅", "recorded_at": SCOPE.known_at}
    return {
        "procedure": ProcedureTold(
            steps=(StepTold(name, hand, day, "李梅"), StepTold(next_name, next_hand, is_next=True)),
            options=(
                OptionTold(next_name, str(STATUSES[Status.COMPARED]), here, "", is_onward=True),
                OptionTold(
                    str(EVENT_KINDS[EventKind.REFUSED]),
                    str(STATUSES[Status.REFUSED]),
                    "",
                    _("You took an earlier step of this procedure. Another person must take this one."),
                    is_onward=False,
                ),
            ),
            feedback_address=here,
            notice_address=here,
            clocks=(running, standing),
            earlier_clocks=(),
        ),
        "happened": [{"name": name, "event": event}],
        "status": STATUSES[Status.VERIFIED],
    }


def _of_gate() -> dict[str, Any]:
    shut = ConditionTold(
        code="income_above_line",
        number="1",
        name=_("income above the line"),
        badge=Badge(str(VERDICTS[Verdict.NOT_MET]), "bad"),
        is_open=False,
        sentence=_("Nothing is known of it yet."),
        records=(RecordTold(str(gate_story.RECORDS["incomesurvey"][0]), date(2022, 4, 1), reverse(HERE)),),
        threshold="",
        source="",
        valid_from=None,
        is_official=False,
        waiver=None,
        can_waive=True,
    )
    waiver = WaiverTold("陈伟", "证照在办", date(2022, 4, 2), NOBODY, 1)
    waived = replace(shut, code="water", badge=Badge(str(VERDICTS[Verdict.WAIVED]), "watch"), is_open=True)
    waived = replace(waived, waiver=waiver, can_waive=False)
    risks = ((code.value, str(name)) for code, name in RISKS.items())
    states = ((code.value, str(name)) for code, name in RISK_STATES.items())
    return {
        "gate": GateTold((shut,), (waived,), tuple(risks), tuple(states), can_assess=True, can_waive=True),
        "case": {"key": NOBODY, "span": {"risks": ["illness"]}},
    }


def _of_plan(measures: list[dict[str, Any]]) -> dict[str, Any]:
    (answered, good), (missing, bad) = plan_story.LANDED, plan_story.MISSING
    risks = [
        {"code": risk.value, "name": RISKS[risk], "badge": Badge(str(name), tone), "late": late, "measures": held}
        for risk, name, tone, late, held in (
            (Risk.ILLNESS, answered, good, 1, measures),
            (Risk.UNSAFE_HOUSING, missing, bad, 0, ()),
        )
    ]
    lacks = (_("No measure of the plan names this risk."),)
    return {"risks": risks, "others": measures[:1], "breaks": lacks, "can_plan": True}


def _of_forms() -> dict[str, Any]:
    day = {"on": "2022-04-01"}
    return {
        "form": StepForm(day, kind=EventKind.COMPARED),
        "pause": PauseForm(initial=day),
        "page": {"title": EVENT_KINDS[EventKind.COMPARED], "button": _("Record"), "case": None},
    }


def _of_sources() -> dict[str, Any]:
    kinds = (*VerdictKind, RelationVerdict.CONSISTENT, RelationVerdict.INCONSISTENT)
    computed = comparisons.ComputedCell(
        str(BASES[Basis.PERSON]), "67.49%", "2,192 / 3,248", reverse(HERE), comparisons.badge(VerdictKind.MATCHES)
    )
    return {
        "badges": [comparisons.badge(kind) for kind in kinds],
        "tally": [(comparisons.badge(VerdictKind.MATCHES), 13), (comparisons.badge(VerdictKind.DIFFERS), 1)],
        "figures": [
            FigureRow(
                id=RATE.code,
                name=str(RATE.name),
                definition=reverse("indicator", args=[RATE.code]),
                published="67.5%",
                interval="[67.45, 67.55)",
                basis=_("not stated"),
                computed=(computed,),
                badge=comparisons.badge(VerdictKind.MATCHES_ONE_BASIS),
                explanation=_("The source does not say whether households or persons are counted."),
                doubt=_("damaged in translation"),
                differs=False,
            )
        ],
        "relations": [
            RelationRow(
                id="r.housing_cap",
                says=comparisons.formula("housing.completed <= housing.planned"),
                sides=_("left %(left)s, right %(right)s") % {"left": 157, "right": 151},
                badge=comparisons.badge(RelationVerdict.INCONSISTENT),
                repairs=("= 151",),
                needs_attention=True,
            )
        ],
    }
