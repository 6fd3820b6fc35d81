"""Standards and monitoring lines on pages: shown to who may see figures, set by who administers the division."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from common.moments import day_of
from households.models import MonitoringLine, Standard
from households.operations import standards
from households.rules.standards import Kind
from tests.cast import CITY, COUNTY, LI, ZHOU
from tests.pages import posted_to, signed_in

CLOCK = "/standards/clock/verify/"
ENTERED = {
    "is_on": "on",
    "starts": ["reported"],
    "stops": ["verified", "refused"],
    "length": "3",
    "unit": "working_days",
    "owner": "caseworker",
    "limit": "latest",
    "valid_from": "2030-01-01",
    "source": "兰州市通知〔2029〕1号",
    "is_official": "on",
    "note": "",
}


@pytest.fixture(autouse=True)
def shipped(world) -> None:
    """Nothing is set: what ships holds everywhere."""
    world.with_waiting()


def length(day: date) -> int:
    return standards.in_force(kind=Kind.CLOCK, division=CITY, on=day)["verify"].value["length"]


def test_the_list_says_what_holds_since_when_and_that_it_is_not_official(world, django_assert_max_num_queries):
    client = signed_in(world[LI])
    with django_assert_max_num_queries(10):
        text = client.get("/standards/?kind=clock").content.decode()
    for words in ("verification at home", "length: 5; unit: working days", "as it ships", "not official", "Checklists"):
        assert words in text
    assert "Six to see" not in text
    assert "monitored for half a year" in client.get("/standards/").content.decode()
    assert client.get("/standards/?kind=magic").status_code == 404
    assert "An administrator of the division can set others." in text


def test_setting_a_standard_first_shows_what_changes_from_when(world):
    client = signed_in(world[ZHOU])
    shown = client.post(CLOCK, {**ENTERED, "act": "show"}).content.decode()
    assert "From 2030-01-01 on:" in shown
    assert "length: <del>5</del> → <strong>3</strong>" in shown
    assert not Standard.objects.exists()
    assert client.post(CLOCK, {**ENTERED, "act": "set"}).status_code == 302
    assert (length(date(2029, 12, 31)), length(date(2030, 1, 1))) == (5, 3)
    assert AuditEvent.objects.get(action="standard.set").actor == world[ZHOU]
    assert "兰州市通知〔2029〕1号" in client.get(CLOCK).content.decode()


def test_a_day_that_is_set_already_is_changed_with_the_version_that_was_shown(world):
    client = signed_in(world[ZHOU])
    client.post(CLOCK, {**ENTERED, "act": "set"})
    again = {**ENTERED, "length": "4"}
    assert 'name="version" value="1"' in client.post(CLOCK, {**again, "act": "show"}).content.decode()
    assert client.post(CLOCK, {**again, "act": "set"}).status_code == 428
    assert client.post(CLOCK, {**again, "act": "set", "version": "1"}).status_code == 302
    assert client.post(CLOCK, {**again, "act": "set", "version": "1"}).status_code == 412
    assert length(date(2030, 1, 1)) == 4


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"length": "0"}, "greater than or equal to 1"),
        ({"starts": []}, "This field is required."),
        ({"stops": ["reported"]}, "The same event cannot both start and stop a clock."),
        ({"source": ""}, "This field is required."),
        ({"valid_from": "soon"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_entered_is_kept(world, wrong, words):
    answer = signed_in(world[ZHOU]).post(CLOCK, {**ENTERED, **wrong, "note": "春节前后", "act": "set"})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "春节前后" in answer.content.decode()
    assert not Standard.objects.exists()


def test_lists_are_edited_as_lines_and_may_be_new(world):
    client = signed_in(world[ZHOU])
    entered = {
        "title_zh": "春节走访",
        "title_en": "New Year",
        "items": "heating | 取暖 | heating\n\nfood | 年货 | food",
        "valid_from": "2022-01-01",
        "source": "本县自定",
        "act": "set",
    }
    assert client.post("/standards/checklist/new_year/", entered).status_code == 302
    held = standards.in_force(kind=Kind.CHECKLIST, division=CITY, on=date(2022, 1, 1))["new_year"]
    assert held.value["items"][1] == {"code": "food", "zh": "年货", "en": "food"}
    assert "heating | 取暖 | heating" in client.get("/standards/checklist/new_year/").content.decode()
    assert client.post("/standards/checklist/new_year/", {**entered, "items": "取暖"}).status_code == 400


@pytest.mark.parametrize(
    ("address", "entered", "value"),
    [
        (
            "/standards/gate_rule/spending_controlled/",
            {"is_on": "on", "former_poor": "6000", "other": "15000.50"},
            {"is_on": True, "former_poor": "6000", "other": "15000.50"},
        ),
        ("/standards/matrix/illness/", {"any_of": ["health"]}, {"any_of": ["health"]}),
        ("/standards/warning/disaster/", {}, {"is_on": False}),
    ],
)
def test_each_kind_has_its_form(world, address, entered, value):
    told = {"valid_from": "2022-01-01", "source": "本县自定", "act": "set"}
    assert signed_in(world[ZHOU]).post(address, {**entered, **told}).status_code == 302
    assert Standard.objects.get().value == value


def test_a_standard_is_withdrawn_with_a_reason_on_its_page(world):
    client = signed_in(world[ZHOU])
    client.post(CLOCK, {**ENTERED, "act": "set"})
    row = Standard.objects.get()
    assert client.post(f"/standards/{row.pk}/withdraw/", {"reason": "文号写错", "version": "1"}).status_code == 302
    assert length(date(2030, 1, 1)) == 5
    assert "文号写错" in client.get(CLOCK).content.decode()


def test_who_does_not_administer_the_division_reads_and_sets_nothing(world):
    client = signed_in(world[LI])
    assert "Show what would change" not in client.get(CLOCK).content.decode()
    assert client.post(CLOCK, {**ENTERED, "act": "set"}).status_code == 403
    assert client.post(CLOCK, {**ENTERED, "act": "show"}).status_code == 403
    signed_in(world[ZHOU]).post(CLOCK, {**ENTERED, "act": "set"})
    row, county = Standard.objects.get(), signed_in(posted_to(COUNTY, Role.ADMINISTRATOR))
    assert county.post(f"/standards/{row.pk}/withdraw/", {"reason": "x", "version": "1"}).status_code == 404
    assert county.get(CLOCK, {"division": CITY}).status_code == 404
    assert county.post(f"{CLOCK}?division={CITY}", {**ENTERED, "act": "set"}).status_code == 404


@pytest.mark.parametrize("address", ["/standards/clock/dance/", "/standards/king/verify/", "/standards/checklist/Six/"])
def test_a_standard_that_there_is_not_is_not_found(world, address):
    assert signed_in(world[ZHOU]).get(address).status_code == 404


def test_a_line_is_entered_by_who_administers_the_division(world):
    today = day_of(timezone.now())
    entered = {"valid_from": today.isoformat(), "amount": "8600", "source": "甘农领办发〔2025〕4号"}
    client = signed_in(world[ZHOU])
    assert client.post("/lines/", entered).status_code == 302
    assert MonitoringLine.objects.in_force(CITY, today).amount == Decimal(8600)
    assert AuditEvent.objects.get(action="line.set").actor == world[ZHOU]
    text = client.get("/lines/").content.decode()
    assert "8,600" in text
    assert "holds here today" in text
    assert client.post("/lines/", {**entered, "amount": "0"}).status_code == 400
    assert signed_in(world[LI]).post("/lines/", entered).status_code == 403


def test_who_runs_the_site_sets_what_holds_everywhere_and_nobody_else_is_offered_it(world):
    address = f"{CLOCK}?division={COUNTY}"
    assert 'name="everywhere"' not in signed_in(world[ZHOU]).get(address).content.decode()
    User.objects.filter(pk=world[ZHOU].pk).update(is_superuser=True, is_staff=True)
    client = signed_in(User.objects.get(pk=world[ZHOU].pk))
    form = client.get(address).context["form"]
    assert "everywhere" in form.fields
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent |= {"valid_from": "2022-03-01", "source": "统一规定", "everywhere": "on", "act": "set"}
    assert client.post(address, sent).status_code == 302
    row = Standard.objects.get(source="统一规定")
    assert (row.division, row.code) == (None, "verify")
