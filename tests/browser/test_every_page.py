"""Every page of the site is either looked at by axe-core in a browser, or excused with a reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from django.utils import timezone
from playwright.sync_api import Browser

from accounts.models import SecondFactor, User
from accounts.operations import second_factors
from accounts.rules.codes import code_at, step_of
from assistance.models import Measure
from config.middleware import OTHER_DOORS
from households.models import Clue, Membership
from tests.browser.conftest import Site
from tests.browser.rows import rows_of_each_kind
from tests.browser.test_accessibility import AXE, PAGES, found
from tests.browser.visiting import DESK, LANGUAGES, PASSWORD, PHONE, TINY, settled_overflow, signed_in
from tests.cast import LI, SUN, ZHAO, ZHOU

# Who looks at which pages; words in capitals stand for a record of the site.
LOOKED_AT: dict[str, tuple[str, ...]] = {
    LI: (
        "/members/MEMBER/",
        "/households/register/",
        "/households/HOUSEHOLD/report/",
        "/households/HOUSEHOLD/income/",
        "/households/HOUSEHOLD/guarantees/",
        "/households/HOUSEHOLD/change/join/",
        "/visits/VISIT/correct/",
        "/cases/OPEN/feedback/",
        "/warnings/CLUE/",
        "/measures/MEASURE/amend/",
        "/profile/tokens/",
        "/profile/second-factor/",
        "/imports/TRIED/",
        "/imports/WRITTEN/",
        "/imports/STRANGE/",
    ),
    ZHAO: (
        "/my-work/",
        "/quality/",
        "/notices/",
        "/cases/OPEN/class/",
        "/households/HOUSEHOLD/change/merge/",
        "/households/HOUSEHOLD/change/split/",
        "/households/HOUSEHOLD/change/end/",
        "/households/HOUSEHOLD/move/",
        "/households/HOUSEHOLD/assign/",
        "/households/assign/",
        "/deadlines/DEADLINE/pause/",
        "/merges/MERGE/undo/",
    ),
    SUN: (
        "/cases/OPEN/events/1/day/",
        "/conflicts/",
        "/conflicts/CONFLICT/",
        "/exports/",
        "/imports/",
        "/profile/webhooks/",
        "/profile/webhooks/WEBHOOK/",
    ),
    ZHOU: (
        "/clients/SYSTEM/",
        "/people/",
        "/people/PERSON/",
        "/people/open/",
        "/clients/",
        "/clients/register/",
        "/standards/",
        "/lines/",
    ),
}
ELSEWHERE = "a browser test of its own visits it"
ANSWER = "answers a form and leads on"
FILE = "a file, not a page"
PART = "a part of a page that is visited"
FORM = "the page of one act, as many that are visited"
SENT = "opened by what is sent to it; its list is visited"
EXCUSED: dict[str, str] = {
    "saved-view": ANSWER,
    **dict.fromkeys(
        ("sign-in", "sign-in-code", "case-step", "measure", "measure-plan", "notice", "visit-log"), ELSEWHERE
    ),
    **dict.fromkeys(("reconciliation-sheet", "notice-pdf", "visit-photo", "visit-signature", "measure-photo"), FILE),
    **dict.fromkeys(("exports-file", "import-template", "import-faulty"), FILE),
    **dict.fromkeys(("home", "sign-out", "saved-views", "own-token-revoke", "set_language"), ANSWER),
    **dict.fromkeys(("risk-assess", "gate-waive", "gate-waiver-withdraw", "assigned-end"), ANSWER),
    **dict.fromkeys(("person-state", "person-unlock", "person-second-factor", "posting-end"), ANSWER),
    **dict.fromkeys(("client-rotate", "client-state", "standard-withdraw", "clue-accept", "clue-dismiss"), ANSWER),
    **dict.fromkeys(("exports-cancel", "import-act", "webhook-act", "webhook-replay", "conflict-decide"), ANSWER),
    **dict.fromkeys(("division-search", "import-progress", "document-number"), PART),
    **dict.fromkeys(("person-password", "import-columns"), SENT),
    "deadline-resume": FORM,
}


@pytest.fixture(scope="module")
def rows(site: Site) -> dict[str, Any]:
    """A record of each kind that has a page of its own and that the site has not yet."""
    return rows_of_each_kind(site.world)


def names() -> set[str]:
    """The names of all pages of the site."""
    told = set()
    for each in get_resolver().url_patterns:
        for pattern in getattr(each, "url_patterns", [each]):
            route = f"/{each.pattern}{pattern.pattern}" if pattern is not each else f"/{pattern.pattern}"
            if isinstance(pattern, URLPattern) and not route.startswith(OTHER_DOORS):
                told.add(str(pattern.name))
    return told


def named(address: str) -> str:
    """The name of the page at an address in which a word stands for the key of a record."""
    key = "00000000-0000-0000-0000-000000000000"
    path = "/".join(key if part.isalpha() and part.isupper() else part for part in urlsplit(address).path.split("/"))
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return ""


def test_every_page_is_looked_at_or_excused_and_none_is_excused_that_is_looked_at():
    looked_at = {named(address) for address in (*PAGES, *(each for pages in LOOKED_AT.values() for each in pages))}
    assert names() - looked_at - set(EXCUSED) == set()
    assert set(EXCUSED) - names() == set()
    assert set(EXCUSED) & looked_at == {"division-search"}  # as a page and as a part


@pytest.mark.browser
@pytest.mark.parametrize("who", LOOKED_AT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_each_role(
    browser: Browser, site: Site, rows: dict[str, Any], who: str, language: str
):
    case, opened = site.case, site.open_case
    members = Membership.objects.filter(household=case.household, left_on__isnull=True)
    keys = {"HOUSEHOLD": case.household_id, "CASE": case.pk, "OPEN": opened.pk, "VISIT": site.visit.pk}
    keys |= {"MEMBER": members.values_list("pk", flat=True).first(), "PERSON": site.supervisor.pk}
    keys |= {"MEASURE": Measure.objects.filter(case=opened).values_list("pk", flat=True).first()}
    keys |= rows | {"CLUE": Clue.objects.values_list("pk", flat=True).first()}
    context = signed_in(browser, site.address, User.objects.get(username=who), language, viewport=DESK)
    context.add_init_script(path=AXE)
    page, faults = context.new_page(), {}
    for address in LOOKED_AT[who]:
        page.set_viewport_size(DESK)
        status = page.goto("/".join(str(keys.get(part, part)) for part in address.split("/"))).status
        told = [] if status == 200 else [f"answers {status}"]
        told += found(page)
        for size in (PHONE, TINY):
            page.set_viewport_size(size)
            told += [f"wider than {size['width']}"] if settled_overflow(page) else []
        told += found(page)
        if told:
            faults[address] = told
    context.close()
    assert faults == {}


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_half_of_signing_in_is_open_to_everyone(browser: Browser, site: Site, language: str):
    now = timezone.now()
    user, _is_new = User.objects.get_or_create(username=f"second.{language}")
    user.set_password(PASSWORD)
    user.save()
    second_factors.begin(by=user, at=now)
    key = second_factors.key_of(SecondFactor.objects.get(user=user))
    second_factors.confirm(code=code_at(key, step_of(now)), by=user, at=now)
    context = browser.new_context(locale=LANGUAGES[language], base_url=site.address, viewport=TINY)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/sign-in/code/")
    assert found(page) == []
    assert settled_overflow(page) == 0
    page.locator("input[name=code]").fill("000000")
    page.locator("input[name=code]").press("Enter")
    page.locator("[role=alert]").wait_for()
    assert found(page) == []
    context.close()
