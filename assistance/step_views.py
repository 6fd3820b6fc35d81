"""The page of one step of a procedure: what is asked for, and taking it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assistance.operations import eliminations
from common.moments import day_of
from common.refusals import Conflict, NotAllowed, NotFound
from households.act_views import Act, about, answer, case_seen
from households.models import Case
from households.operations import moves
from households.operations.moves import Step
from households.rules.history import EVENT_KINDS, EVENT_OF_TRANSITION, HANDS, EventKind, hand_of
from households.step_forms import StepForm
from households.workflow import STATUSES, Status, following


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: UUID, to: str) -> HttpResponse:
    """The form of the step to the state `to`; who may not take it is told why before anything is filled in."""
    now = timezone.now()
    case, target = case_seen(request, key), _status(to)
    was = Status(case.status)
    kind = _kind_sent(request, target) or (EVENT_OF_TRANSITION[was, target] if target in following(was) else None)
    if kind is None:
        told = {"was": STATUSES[was], "to": STATUSES[target]}
        sentence = _("The case is “%(was)s” and cannot become “%(to)s” from there.") % told
        raise Conflict(sentence, code="wrong_state")
    if request.method != "POST":
        _refuse_in_advance(request, case, target)
        form = StepForm(kind=kind, initial={"on": day_of(now)})
    else:
        form = StepForm(request.POST, kind=kind)

    def act(form: StepForm) -> str:
        entered = form.cleaned_data
        step = Step(
            case,
            target,
            entered["on"],
            request.user,
            now,
            entered["version"],
            way=form.way(),
            reason=entered.get("reason", "").strip(),
            record=form.record(),
        )
        [taken] = eliminations.move_all(steps=[step])
        messages.success(request, _("Recorded. The case is now: %(status)s.") % {"status": STATUSES[taken.status]})
        return _back(case)

    hand = hand_of(was, target) if target in following(was) else None
    hints = [_("Whoever records this step holds: %(hand)s.") % {"hand": HANDS[hand]}] if hand else []
    page = Act(str(EVENT_KINDS[kind]), about(case.household), _("Record"), _back(case), hints, case)
    return answer(request, page, form, act, more={"kind": kind.value})


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError as error:
        raise NotFound(_("There is no such step.")) from error


def _kind_sent(request: HttpRequest, target: Status) -> EventKind | None:
    """What the form that was sent is about: the case may have moved on meanwhile."""
    sent = request.POST.get("kind", "")
    kinds = {kind.value: kind for (_was, to), kind in EVENT_OF_TRANSITION.items() if to is target}
    return kinds.get(sent)


def _refuse_in_advance(request: HttpRequest, case: Case, target: Status) -> None:
    """Says why this person may not take the step now, in the words of the operation."""
    found = moves.options(case=case, by=request.user, at=timezone.now())
    option = next((each for each in found if each.to is target), None)
    if option is not None and option.refusal:
        refused = NotAllowed if option.code == NotAllowed.code else Conflict
        raise refused(option.refusal, code=option.code)


def _back(case: Case) -> str:
    return f"{reverse('case', args=[case.pk])}#procedure"
