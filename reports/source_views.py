"""Published sources: which there are, and each held against the records, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from common import sheets
from common.moments import day_of
from common.parameters import takes
from common.refusals import Invalid, NotFound
from common.sheets import Cell
from households.access import can
from households.models import Division, Posting
from households.operations import exports
from reports import comparisons, explanations
from reports.comparisons import Comparison
from reports.forms import SCOPE, place_of_source, scope_of_source
from reports.pages import label_of, parameters
from reports.reconciliation import FigureResult, Reconciliation, reconcile, scope_of
from reports.rules.chapters import chapter_of, title_of
from reports.rules.sources import Source
from reports.sources import by_id, known
from reports.views import asked_scope, surroundings

ATTENTION, ALL = "attention", "all"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A source in the list of sources; `place` is the division that it speaks of."""

    comparison: Comparison
    place: str


@never_cache
@login_required
@require_safe
@takes(*SCOPE)
def shelf(request: HttpRequest) -> HttpResponse:
    """The published sources that speak of a division of the reader's, or of one around it, with their tallies."""
    now = timezone.now()
    scope = asked_scope(request, Permission.VIEW_FIGURES, now)
    codes = Posting.objects.codes(request.user, Permission.VIEW_FIGURES, day_of(now))
    shelved = known()
    names = Division.objects.in_bulk({source.division for source in shelved.sources})
    places = {source.id: place_of_source(source, codes) for source in shelved.sources if source.division in names}
    held = [source for source in shelved.sources if places.get(source.id)]
    rows = [
        Shelved(
            comparisons.comparison(
                reconcile(source, scope_of(source, division=places[source.id], known_at=scope.known_at)), linked=False
            ),
            names[source.division].name,
        )
        for source in held
    ]
    told = {"scope": scope, "place": surroundings(request, scope, now), "label": _("Reconciliation"), "rows": rows}
    told |= {"faults": shelved.faults, "unplaced": _unplaced(shelved.sources, names)}
    return render(request, "reports/reconciliations.html", told)


def _unplaced(sources: Iterable[Source], names: Mapping[str, Division]) -> list[str]:
    """A sentence for each source whose division is not in the register."""
    return [
        _("“%(id)s” speaks of division %(code)s, which is not known here. Import it first with import_divisions.")
        % {"id": source.id, "code": source.division}
        for source in sources
        if source.division not in names
    ]


@never_cache
@login_required
@require_safe
@takes(*SCOPE, "show")
def reconciliation(request: HttpRequest, source_id: str) -> HttpResponse:
    """The figures of a source beside the computed ones by chapter, and its relations with their repairs."""
    now = timezone.now()
    only_attention = wants_attention(request)
    source = by_id(source_id)
    scope = request.scope = scope_of_source(request.GET.dict(), source=source, user=request.user, now=now)
    linked = can(request.user, Permission.VIEW_RECORDS, scope.division, day_of(now))
    result = comparisons.comparison(reconcile(source, scope), linked=linked)
    narrowed = {"show": ATTENTION} if only_attention else {}
    about = Division.objects.filter(pk=source.division).first()
    told = {
        "scope": scope,
        "place": surroundings(request, scope, now),
        "label": _("Reconciliation"),
        "comparison": result,
        "chapters": result.chapters(only_attention=only_attention),
        "relations": result.contradictions if only_attention else result.relations,
        "only_attention": only_attention,
        "all_address": comparisons.address_of(source, scope),
        "attention_address": comparisons.address_of(source, scope, show=ATTENTION),
        "figures_address": comparisons.sheet_address_of(source, scope, "figures", **narrowed),
        "longest_purpose": exports.LONGEST_PURPOSE,
        "relations_address": comparisons.sheet_address_of(source, scope, "relations", **narrowed),
        "about": about.name if about else source.division,
        "is_elsewhere": scope.division != source.division,
        "is_another_day": scope.as_of != source.as_of or scope.period_start != source.period_start,
    }
    return render(request, "reports/reconciliation.html", told)


def wants_attention(request: HttpRequest) -> bool:
    """Whether only what needs attention is asked for; Invalid where the wish cannot be read."""
    show = request.GET.get("show") or ALL
    if show not in {ATTENTION, ALL}:
        raise Invalid(
            _("“show” is either “attention” or “all”. Choose one of them."), code="invalid_parameter", field="show"
        )
    return show == ATTENTION


@login_required
@require_POST
@takes(*SCOPE, "show")
def sheet(request: HttpRequest, source_id: str, part: str) -> StreamingHttpResponse:
    """The figures or the relations of a reconciliation as CSV, a row a reading or a relation; recorded as an export.

    Narrowed to what needs attention where the address says so, as the page is.
    """
    if part not in SHEETS:
        raise NotFound(_("There is no such table. Choose figures or relations."))
    source = by_id(source_id)
    now = timezone.now()
    only_attention = wants_attention(request)
    scope = scope_of_source(request.GET.dict(), source=source, user=request.user, now=now)
    header, rows = SHEETS[part]
    result = reconcile(source, scope)
    lines = list(rows(comparisons.needing_attention(result) if only_attention else result))
    export = exports.Export(
        name=f"reconciliation.{part}",
        place=scope.division,
        parameters=parameters(scope, source=source.id, **({"show": ATTENTION} if only_attention else {})),
        rows=len(lines),
        purpose=request.POST.get("purpose", ""),
        permission=Permission.VIEW_FIGURES,
    )
    exports.record(export=export, by=request.user, at=now)
    return sheets.answer(f"{source.id}-{part}", header(), lines)


def figures_header() -> list[str]:
    """The headings of the sheet of figures."""
    return [
        *(_("Chapter"), _("Id"), _("Figure"), _("Unit"), _("At least"), _("Printed"), _("Step of the print")),
        *(_("Rounds from"), _("Rounds to"), _("Basis in the source"), _("Basis of the computation"), _("Computed")),
        *(_("Numerator"), _("Denominator"), _("Difference"), _("Verdict"), _("Verdict over all bases")),
        *(_("Explanation"), _("Doubt")),
    ]


def figures_rows(result: Reconciliation) -> Iterator[list[Cell]]:
    """A row for each reading of each printed figure."""
    for each in result.figures:
        published = each.published
        first: list[Cell] = [
            *(title_of(chapter_of(published.id)), published.id, _name(each), published.unit),
            *(_("yes") if published.at_least else "", published.value, published.step),
            *(published.interval.low, published.interval.high, comparisons.basis_of(published)),
        ]
        for basis, reading in each.readings.items():
            part, verdict = reading.part, reading.verdict
            yield [
                *first,
                *(comparisons.basis_name(basis), part.value, part.numerator, part.denominator, verdict.difference),
                *(comparisons.badge(verdict.kind).text, comparisons.badge(each.kind).text),
                *(explanations.of_figure(each), _(published.doubt) if published.doubt else ""),
            ]


def relations_header() -> list[str]:
    """The headings of the sheet of relations."""
    return [
        *(_("Id"), _("Relation"), _("Verdict"), _("Left from"), _("Left to"), _("Right from"), _("Right to")),
        _("Explanation"),
    ]


def relations_rows(result: Reconciliation) -> Iterator[list[Cell]]:
    """A row for each relation."""
    for each in result.relations:
        yield [
            *(each.id, comparisons.formula(each.says), comparisons.badge(each.verdict).text),
            *(each.left.low, each.left.high, each.right.low, each.right.high),
            comparisons.with_names(explanations.of_relation(each)),
        ]


SHEETS = {"figures": (figures_header, figures_rows), "relations": (relations_header, relations_rows)}


def _name(each: FigureResult) -> str:
    return label_of(each.indicator) if each.indicator else each.published.id
