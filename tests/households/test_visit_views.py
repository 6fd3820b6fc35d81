"""The pages of visits: logging one, reading it, correcting it, finding it again."""

from __future__ import annotations

import base64
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags, Image

from households.models import Case, GuaranteeCheck, Household, IncomeSurvey, Visit
from households.operations.visits import PhotoTaken
from tests.cast import CHEN, CITY, LI, OTHER_COUNTY, SUN, VILLAGE, World, evening, picture
from tests.pages import signed_in

MARCH, APRIL, MAY = (date(2022, month, 1) for month in (3, 4, 5))
TYPED = {
    "purpose": "routine",
    "happened_at": "2022-04-01T10:30",
    "findings": "饮水有问题",
    "answer.must_see.drinking_water": "problem",
    "answer.must_see.housing": "fine",
    "device": "Linux",
}


@pytest.fixture
def home(world: World) -> Household:
    return world.household(MARCH)


def typed(**changed: object) -> dict[str, object]:
    return {**TYPED, "key": str(uuid4()), **changed}


def send(world: World, home: Household, sent: dict[str, object], *, by: str = LI):
    return signed_in(world[by]).post(f"/households/{home.pk}/visit/", sent)


def test_the_form_opens_with_a_key_of_its_own_the_present_time_and_the_lists_of_the_village(world, home):
    client = signed_in(world[LI], "zh-hans")
    first, second = (client.get(f"/households/{home.pk}/visit/") for _ in range(2))
    form = first.context["form"]
    assert form["key"].value() != second.context["form"]["key"].value()
    assert form["household_size"].value() == 3
    assert [title for title, _fields in form.asked()] == ["六必访", "六必看", "六必查"]
    assert [len(fields) for _title, fields in form.asked()] == [6, 6, 6]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_period_of_an_income_stands_there_as_the_calendar_of_a_browser_reads_it(world, home, language):
    page = signed_in(world[LI], language).get(f"/households/{home.pk}/visit/")
    typed_in = page.context["form"]["period_to"].value()
    assert f'name="period_to" value="{typed_in:%Y-%m-%d}"' in page.content.decode()


def test_a_visit_typed_without_script_is_logged(world, home):
    answer = send(world, home, typed())
    visit = Visit.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/visits/{visit.pk}/")
    assert (visit.findings, visit.visited_by, visit.device) == ("饮水有问题", world[LI], "Linux")
    assert visit.answers == {"must_see": {"drinking_water": "problem", "housing": "fine"}}
    assert visit.happened_at.isoformat() == "2022-04-01T02:30:00+00:00"


def test_photos_signature_and_position_come_with_it(world, home):
    drawn = "data:image/png;base64," + base64.b64encode(picture("PNG")).decode()
    files = [SimpleUploadedFile(f"{name}.jpg", picture(), "image/jpeg") for name in "ab"]
    place = {"latitude": "36.736354", "longitude": "103.260900", "accuracy": "15"}
    send(world, home, typed(photos=files, signature=drawn, signed_name="张三", **place))
    visit = Visit.objects.get()
    assert (visit.photos.count(), bool(visit.signature), visit.signed_name, visit.accuracy) == (2, True, "张三", 15)
    client = signed_in(world[SUN])
    page = client.get(f"/visits/{visit.pk}/").content.decode()
    assert "36.736354, 103.260900 (± 15 m)" in page
    for address, kind in (("photos/1/", "image/jpeg"), ("signature/", "image/png")):
        answer = client.get(f"/visits/{visit.pk}/{address}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert len(b"".join(answer.streaming_content)) > 50
    assert client.get(f"/visits/{visit.pk}/photos/3/").status_code == 404


def test_income_guarantees_and_a_new_risk_are_recorded(world, home):
    told = {
        "wage": "30000",
        "period_from": "2021-04-01",
        "period_to": "2022-03-31",
        "household_size": "3",
        "is_water_safe": "no",
        "household_type": "unstable",
        "risks": ["illness", "natural_disaster"],
        "disaster": "drought",
    }
    assert send(world, home, typed(**told)).status_code == 302
    assert IncomeSurvey.objects.get().wage == 30000
    assert GuaranteeCheck.objects.get().is_water_safe is False
    assert [(risk.risk, risk.disaster) for risk in Case.objects.get().risks.all()] == [
        ("illness", ""),
        ("natural_disaster", "drought"),
    ]


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"happened_at": "2099-01-01T10:00"}, "happened_at", 400),
        ({"happened_at": "yesterday"}, "happened_at", 400),
        ({"wage": "100", "period_from": ""}, "period_from", 400),
        ({"signature": "data:text/html;base64,AAAA"}, "signature", 400),
        ({"next_visit_on": "2022-03-31"}, "next_visit_on", 400),
        ({"answer.must_see.housing": "splendid"}, "answer.must_see.housing", 400),
        ({"key": "7"}, "key", 400),
    ],
)
def test_a_fault_is_told_and_everything_typed_is_still_there(world, home, changed, field, status):
    answer = send(world, home, typed(**changed))
    page = answer.content.decode()
    assert answer.status_code == status
    assert field in answer.context["form"].errors
    assert "饮水有问题" in page
    assert 'value="problem" id="id_answer.must_see.drinking_water_1" checked' in page or "checked" in page
    assert not Visit.objects.exists()


def bomb() -> bytes:
    """81 million pixels in some kilobytes."""
    written = BytesIO()
    Image.new("1", (9000, 9000)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("house.jpg", lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n", "no picture that can be read"),
        ("house.jpg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that can be read"),
        ("house.jpg", lambda: b"\xff\xd8\xff" + b"\0" * 50 * 2**20, "The file is too large"),
        ("house.png", bomb, "too many pixels"),
    ],
)
def test_a_file_that_is_no_fit_photo_is_refused_and_the_visit_not_kept(world, home, name, make, sentence):
    answer = send(world, home, typed(photos=[SimpleUploadedFile(name, make(), "image/jpeg")]))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Visit.objects.exists()


@pytest.mark.parametrize("wish", [{}, {"keep_position": "on"}])
def test_the_place_that_a_camera_wrote_is_kept_only_where_that_is_wished(world, home, wish):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (36, 3, 29)})
    written = BytesIO()
    Image.new("RGB", (40, 30)).save(written, "JPEG", exif=exif.tobytes())
    send(world, home, typed(photos=[SimpleUploadedFile("house.jpg", written.getvalue(), "image/jpeg")], **wish))
    photo = Visit.objects.get().photos.get()
    with photo.file.open() as kept:
        place = dict(Image.open(kept).getexif().get_ifd(ExifTags.IFD.GPSInfo))
    assert (bool(place), photo.has_position) == (bool(wish), bool(wish))


def test_the_same_form_sent_twice_logs_one_visit(world, home):
    sent = typed()
    first, second = (send(world, home, sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Visit.objects.count() == 1


def test_who_may_not_visit_finds_no_form(world, home):
    assert signed_in(world[CHEN]).get(f"/households/{home.pk}/visit/").status_code == 403
    assert send(world, home, typed(), by=CHEN).status_code == 403
    assert "visit-log" not in str(signed_in(world[CHEN]).get(f"/households/{home.pk}/").context["may_visit"])


def test_a_household_elsewhere_is_as_if_absent(world, home):
    world[LI].postings.update(division_id=OTHER_COUNTY)
    assert send(world, home, typed()).status_code == 404


def test_a_correction_begins_with_the_visit_and_asks_why(world, home):
    wrong = world.visit(home, APRIL, answers={"must_see": {"housing": "problem"}})
    client = signed_in(world[LI])
    form = client.get(f"/visits/{wrong.pk}/correct/").context["form"]
    assert (form["findings"].value(), form["answer.must_see.housing"].value()) == ("一切正常", "problem")
    assert client.post(f"/visits/{wrong.pk}/correct/", typed()).context["form"].errors.keys() == {"reason"}
    answer = client.post(f"/visits/{wrong.pk}/correct/", typed(reason="看错了"))
    right = Visit.objects.get(supersedes=wrong)
    assert answer.headers["Location"] == f"/visits/{right.pk}/"
    for shown, other in ((wrong, right), (right, wrong)):
        page = client.get(f"/visits/{shown.pk}/").content.decode()
        assert f"/visits/{other.pk}/" in page
        assert "看错了" in page
    assert "/correct/" not in client.get(f"/visits/{wrong.pk}/").content.decode()


def test_the_household_page_tells_of_its_visits_as_of_its_day(world, home):
    visit = world.visit(home, APRIL)
    client = signed_in(world[LI])
    pages = [
        client.get(f"/households/{home.pk}/", {"division": CITY, "as_of": day}).content.decode()
        for day in ("2022-03-31", "2022-04-01")
    ]
    assert [f"/visits/{visit.pk}/" in page for page in pages] == [False, True]
    assert all(f"/households/{home.pk}/visit/" in page for page in pages)


def test_the_list_is_narrowed_by_the_address_and_paged(world, home, monkeypatch):
    monkeypatch.setattr("households.list_views.ROWS_A_PAGE", 2)
    made = [world.visit(home, day) for day in (MARCH, APRIL, MAY)]
    client = signed_in(world[SUN])
    first = client.get("/visits/", {"division": VILLAGE})
    assert first.context["rows"] == [made[2], made[1]]
    second = client.get(first.context["next_address"])
    assert (second.context["rows"], second.context["next_address"]) == ([made[0]], "")
    assert client.get(second.context["previous_address"]).context["rows"] == [made[2], made[1]]
    asked = {"division": VILLAGE, "visited_from": "2022-04-01", "visited_to": "2022-04-01"}
    assert client.get("/visits/", asked).context["rows"] == [made[1]]
    assert client.get("/visits/", {"purpose": "nonsense"}).status_code == 400
    assert client.get("/visits/", {"cursor": "nonsense"}).status_code == 400


def test_the_list_costs_as_many_queries_for_many_visits_as_for_one(world, django_assert_num_queries, client: Client):
    client.force_login(world[SUN])
    for number in (1, 4):
        for _ in range(number):
            world.visit(world.household(MARCH), APRIL)
        with django_assert_num_queries(11):
            client.get("/visits/", {"division": CITY})


def test_an_empty_list_says_what_to_do(world):
    assert "empty-state" in signed_in(world[SUN]).get("/visits/").content.decode()


def test_a_correction_keeps_the_photos_but_those_that_are_taken_out(world, home):
    wrong = world.visit(home, APRIL, photos=[PhotoTaken(picture()), PhotoTaken(picture()), PhotoTaken(picture())])
    client, address = signed_in(world[LI]), f"/visits/{wrong.pk}/correct/"
    opened = client.get(address)
    assert opened.context["form"]["kept_photos"].value() == [1, 2, 3]
    assert f"/visits/{wrong.pk}/photos/2/" in opened.content.decode()
    added = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    sent = typed(reason="看错了", kept_photos=["1", "3"], photos=[added])
    for _time in range(2):  # sent twice, kept once
        added.seek(0)
        assert client.post(address, sent).status_code == 302
    right = Visit.objects.get(supersedes=wrong)
    held = list(right.photos.values_list("position", "sha256"))
    assert [position for position, _hash in held] == [1, 2, 3]
    first, _second, third = wrong.photos.values_list("sha256", flat=True)
    assert [each for _position, each in held[:2]] == [first, third]
    assert wrong.photos.count() == 3
    assert client.get(f"/visits/{right.pk}/photos/2/").status_code == 200


def test_a_photo_that_the_visit_does_not_have_cannot_be_kept(world, home):
    wrong = world.visit(home, APRIL, photos=[PhotoTaken(picture())])
    answer = signed_in(world[LI]).post(f"/visits/{wrong.pk}/correct/", typed(reason="看错了", kept_photos=["2"]))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["kept_photos"])


def test_the_visits_of_a_household_registered_in_error_are_told_by_no_door(world, home):
    visit = world.visit(home, APRIL)
    client = signed_in(world[SUN])
    doors = (f"/visits/{visit.pk}/", f"/api/v1/visits/{visit.pk}")
    assert [client.get(door).status_code for door in doors] == [200, 200]
    world.remove(home, evening(MAY))
    assert [client.get(door).status_code for door in doors] == [404, 404]
    assert client.get("/visits/", {"division": VILLAGE}).context["rows"] == []
