"""Pages of plans and measures: the sheet with its versions, planning a measure, and the steps that it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.models import Measure, Plan
from assistance.operations import measures
from assistance.rules.categories import Category
from assistance.rules.states import State
from households.models import Case
from tests.cast import CHEN, LI, STRANGER, SUN, World, evening, picture
from tests.pages import Page, signed_in

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))


@pytest.fixture
def case(world: World) -> Case:
    return world.monitored(MARCH)


def typed(**changed: object) -> dict[str, object]:
    return {"category": "health", "item": "大病救治", "on": "2022-04-01", "risk": "illness", **changed}


def step(world: World, measure: Measure, act: str, by: str = LI, **entered: object):
    told = {f"{act}-{name}": value for name, value in ({"version": measure.version} | entered).items()}
    return signed_in(world[by]).post(f"/measures/{measure.pk}/", {"act": act, **told})


def test_a_measure_is_planned_on_a_phone(world, case):
    client = signed_in(world[LI], "zh-hans")
    form = client.get(f"/cases/{case.pk}/measures/", {"risk": "illness"}).context["form"]
    assert form["risk"].value() == "illness"
    assert [key for key, _name in form.fields["risk"].choices] == ["", "illness"]
    assert [key for key, _name in form.fields["responsible"].choices] == ["", str(world[LI].pk)]
    told = typed(responsible=str(world[LI].pk), responsible_unit="县医保局", due_on="2022-05-01", amount="300")
    answer = client.post(f"/cases/{case.pk}/measures/", told)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.pk}/")
    kept = Measure.objects.get()
    assert (kept.risk, kept.responsible, kept.responsible_unit, kept.due_on, kept.amount) == (
        "illness",
        world[LI],
        "县医保局",
        MAY,
        300,
    )


def test_who_supervises_may_name_others_who_work_there(world, case):
    world[SUN].postings.create(role="caseworker", division_id="6201", starts_on=MARCH)
    form = signed_in(world[SUN]).get(f"/cases/{case.pk}/measures/").context["form"]
    assert {str(world[LI].pk), str(world[SUN].pk)} <= {key for key, _name in form.fields["responsible"].choices}
    assert str(world[STRANGER].pk) not in form.people


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"due_on": "2022-03-01"}, "due_on"),
        ({"on": "2099-01-01"}, "on"),
        ({"item": ""}, "item"),
        ({"risk": "x"}, "risk"),
    ],
)
def test_what_is_refused_is_told_with_its_field_and_stays_in_the_form(world, case, changed, field):
    answer = signed_in(world[LI]).post(f"/cases/{case.pk}/measures/", typed(**changed))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Measure.objects.exists()


def test_who_may_not_plan_gets_no_form_and_a_stranger_finds_nothing(world, case):
    assert signed_in(world[CHEN]).get(f"/cases/{case.pk}/measures/").status_code == 403
    measure = world.help(case, Category.HEALTH, None)
    for path in (f"/cases/{case.pk}/measures/", f"/cases/{case.pk}/plan/", f"/measures/{measure.pk}/"):
        assert signed_in(world[STRANGER]).get(path).status_code == 404


def test_a_measure_begins_lands_with_a_photo_and_ends(world, case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    measure = world.help(case, Category.HEALTH, None)
    client = signed_in(world[LI])

    def offered() -> list[str]:
        return [name for name, *_rest in client.get(f"/measures/{measure.pk}/").context["steps"]]

    assert offered() == ["start", "land"]
    assert step(world, measure, "start", on="2022-04-01").status_code == 302
    measure.refresh_from_db()
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert step(world, measure, "land", on="2022-04-02", evidence="发票", photo=photo).status_code == 302
    measure.refresh_from_db()
    assert (measure.state, measure.evidence, offered()) == (State.LANDED, "发票", ["end", "land-anew"])
    shown = client.get(f"/measures/{measure.pk}/photo/")
    assert (shown.headers["Content-Type"], b"".join(shown.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")
    assert step(world, measure, "end", on="2022-05-01").status_code == 302
    measure.refresh_from_db()
    assert (measure.state, offered()) == (State.ENDED, ["land-anew", "end-anew"])


def test_a_supervisor_withdraws_what_is_never_given(world, case):
    measure = world.help(case, Category.HEALTH, None)
    assert step(world, measure, "withdraw", by=LI, reason="误").status_code == 404
    assert step(world, measure, "withdraw", by=SUN, reason="误").status_code == 302
    assert Measure.objects.get().withdrawal_reason == "误"


def test_a_step_on_an_old_version_is_refused_with_what_to_do(world, case):
    measure = world.help(case, Category.HEALTH, None)
    measures.start(measure=measure, on=APRIL, by=world[LI], at=evening(APRIL), expected_version=1)
    answer = step(world, measure, "land", on="2022-04-02")
    assert answer.status_code == 412
    assert b"Load it again" in answer.content


def test_the_sheet_tells_the_plan_and_its_versions_stay_readable(world, case):
    world.help(case, Category.HEALTH, APRIL)
    client = signed_in(world[LI], "zh-hans")
    page = client.get(f"/cases/{case.pk}/plan/")
    assert "一户一策帮扶计划表" in page.content.decode()
    assert [line.category for line in page.context["lines"]] == ["健康帮扶"]
    sent = {"on": "2022-05-01", "note": "新增措施", "version": "1"}
    assert client.post(f"/cases/{case.pk}/plan/", sent).status_code == 302
    world.help(case, Category.WATER, MAY)
    new, old = (client.get(f"/cases/{case.pk}/plan/", asked) for asked in ({}, {"version": "1"}))
    assert [len(each.context["lines"]) for each in (new, old)] == [2, 1]
    assert client.get(f"/cases/{case.pk}/plan/", {"version": "9"}).status_code == 404
    assert Plan.objects.get(is_current=True).note == "新增措施"
    assert Page(new.content.decode()).inline == []


def test_a_version_drawn_up_on_an_old_one_is_refused(world, case):
    world.help(case, Category.HEALTH, APRIL)
    client = signed_in(world[LI])
    assert client.post(f"/cases/{case.pk}/plan/", {"on": "2022-05-01", "note": "", "version": "1"}).status_code == 400
    assert client.post(f"/cases/{case.pk}/plan/", {"on": "2022-05-01", "note": "改"}).status_code == 428
    assert Plan.objects.count() == 1


def test_a_photo_that_is_not_there_is_not_found(world, case):
    measure = world.help(case, Category.HEALTH, None)
    assert signed_in(world[LI]).get(f"/measures/{measure.pk}/photo/").status_code == 404


def test_a_planned_measure_is_planned_otherwise_on_its_page(world, case):
    measure = world.help(case, Category.HEALTH, None)
    client, address = signed_in(world[LI]), f"/measures/{measure.pk}/amend/"
    assert address in client.get(f"/measures/{measure.pk}/").content.decode()
    form = client.get(address).context["form"]
    assert (form["item"].value(), form["version"].value()) == ("一户一策", 1)
    answer = client.post(address, typed(version="1", item="门诊慢特病办理"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/measures/{measure.pk}/")
    assert Measure.objects.get().item == "门诊慢特病办理"
    stale = client.post(address, typed(version="1", item="另一项措施"))
    assert (stale.status_code, Measure.objects.get().version) == (412, 2)
    assert 'value="另一项措施"' in stale.content.decode()


def test_a_landed_measure_has_its_days_corrected_and_nothing_else(world, case):
    measure = world.help(case, Category.HEALTH, date(2022, 4, 1))
    text = signed_in(world[LI]).get(f"/measures/{measure.pk}/").content.decode()
    assert f"/measures/{measure.pk}/amend/" not in text
    assert step(world, measure, "land-anew", on="2022-04-05").status_code == 302
    assert Measure.objects.get().landed_on == date(2022, 4, 5)


def test_a_measure_sent_twice_is_planned_once(world, case):
    client = signed_in(world[LI])
    key = client.get(f"/cases/{case.pk}/measures/").context["form"]["key"].value()
    for _time in range(2):
        assert client.post(f"/cases/{case.pk}/measures/", typed(key=str(key))).status_code == 302
    assert Measure.objects.count() == 1
