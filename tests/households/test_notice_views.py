"""The sheet of a public notice as a page and as a PDF, and the list of those that hang."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from datetime import date

import pytest
from django.db.models import CharField, FileField, Model, TextField

from assistance.operations import eliminations
from common import scopes
from common.crypto import decrypt
from households.models import Case, CaseRisk, Household, Member, Membership, Standard
from households.operations import cases
from households.operations.moves import Step
from households.rules.admission import RiskFound
from households.rules.codes import HouseholdType, Risk
from households.rules.procedure import Comparison, Meeting, Notice, Register, Verification
from households.workflow import Status
from tests.cast import (
    COUNTY,
    FAR_VILLAGE,
    LI,
    OTHER_COUNTY,
    SUN,
    TAKEN_BY,
    WAY_TO_MONITORED,
    World,
    evening,
    fresh,
)
from tests.pages import posted_to, signed_in

APRIL = date(2022, 4, 1)


@pytest.fixture
def case(world: World) -> Case:
    Standard.objects.filter(code="notice").delete()
    return noticed(world)


def noticed(world: World, **household: object) -> Case:
    return world.steps(world.report(world.household(APRIL, **household), APRIL), WAY_TO_MONITORED[:4], APRIL)


def text_of(pdf: bytes) -> str:
    """The text that a PDF of ours draws: each string is UCS-2, escaped byte by byte."""
    drawn = b"".join(
        zlib.decompress(a85decode(stream.strip(), adobe=False) if b"~>" not in stream else a85decode(stream[:-2]))
        for stream in re.findall(rb"stream\r?\n(.*?)~>\r?\n?endstream", pdf, re.DOTALL)
    )
    found = re.findall(rb"\((.*?)(?<!\\)\) Tj", drawn, re.DOTALL)
    plain = [
        re.sub(rb"\\(\d{3})", lambda octal: bytes([int(octal[1], 8)]), each).replace(rb"\(", b"(").replace(rb"\)", b")")
        for each in found
    ]
    return "".join(each.decode("utf-16-be", "replace") for each in plain)


def test_the_sheet_is_chinese_for_every_reader_and_says_until_when(world: World, case: Case):
    page = signed_in(world[SUN], "en").get(f"/cases/{case.pk}/notice/").content.decode()
    for part in ("防止返贫监测对象识别公示", "张三", "3人", "脱贫不稳定户", "2022年4月1日至2022年4月5日，共5天"):
        assert part in page
    answer = signed_in(world[SUN], "en").get(f"/cases/{case.pk}/notice.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "脱贫不稳定户" in text_of(answer.content)


def test_nothing_private_of_the_household_is_on_the_sheet(world: World, case: Case):
    Household.objects.filter(pk=case.household_id).update(address="高坪村五社 13911112222", phone="13900000000")
    case.risks.update(remark="尿毒症")
    number = decrypt(Member.objects.filter(memberships__household=case.household_id)[0].document_token)
    client = signed_in(world[SUN])
    sheet = client.get(f"/cases/{case.pk}/notice/").content.decode()
    drawn = text_of(client.get(f"/cases/{case.pk}/notice.pdf").content)
    assert "张三" in drawn
    for private in ("13911112222", "13900000000", "五社", "尿毒症", "因病", number, number[:4]):
        assert private not in sheet
        assert private not in drawn


PRIVATE = "卡号6222021234567890123 身份证620121198001011234 电话13911112222 患尿毒症"
SHORT = "13911112222"
OWN_WORDS = {Member: {"name"}, Household: {"national_number", "removal_reason"}}


def texts_of(model: type[Model]) -> dict[str, str]:
    """What to write into every text that people fill as they like; names have a test of their own."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not (field.choices or field.primary_key or field.is_relation or isinstance(field, FileField))
        and field.editable
        and field.name not in OWN_WORDS.get(model, ())
    ]
    return {field.name: PRIVATE if (field.max_length or 999) >= len(PRIVATE) else SHORT for field in fields}


def test_no_text_of_any_record_comes_to_hang_in_public(world: World):
    Standard.objects.filter(code="notice").delete()
    home = world.surveyed(world.household(APRIL), APRIL)
    case = cases.report(
        household=home,
        household_type=HouseholdType.UNSTABLE,
        risks=[RiskFound(Risk.OTHER, remark=PRIVATE)],
        on=APRIL,
        by=world[LI],
        at=evening(APRIL),
        told=PRIVATE,
    )
    records = {
        Status.VERIFIED: Verification(is_authorised=True, findings=PRIVATE),
        Status.COMPARED: Comparison(registers=(Register.CIVIL,), findings=PRIVATE),
        Status.REVIEWED: Meeting(attended=9, votes_for=9, votes_against=0, minutes=PRIVATE),
        Status.NOTICED: Notice(place=PRIVATE),
    }
    for to, record in records.items():
        step = Step(case, to, APRIL, world[TAKEN_BY[to]], evening(APRIL), case.version, record=record)
        [case] = eliminations.move_all(steps=[step])
    with scopes.everywhere():
        for model, rows in {
            Household: Household.objects.filter(pk=home.pk),
            Member: Member.objects.filter(memberships__household=home),
            Membership: home.memberships.all(),
            Case: Case.objects.filter(pk=case.pk),
            CaseRisk: case.risks.all(),
        }.items():
            if texts := texts_of(model):
                rows.update(**texts)
    assert {"address", "phone"} <= texts_of(Household).keys()
    client = signed_in(world[SUN])
    seen = client.get(f"/cases/{case.pk}/notice/").content.decode()
    sheets = [
        seen[seen.index("<article") : seen.index("</article>")],
        text_of(client.get(f"/cases/{case.pk}/notice.pdf").content),
        client.get(f"/api/v1/notices/{case.pk}").content.decode(),
    ]
    for sheet in sheets:
        assert "张三" in sheet
        for private in PRIVATE.split():
            assert private[2:8] not in sheet


@pytest.mark.parametrize("name", ["张三13900000000", "张三（残疾）"])
def test_a_name_that_carries_something_private_stops_the_sheet(world: World, case: Case, name: str):
    Member.objects.filter(memberships__household=case.household_id).update(name=name)
    client = signed_in(world[SUN])
    for address in ("notice/", "notice.pdf"):
        answer = client.get(f"/cases/{case.pk}/{address}")
        assert answer.status_code == 409
        assert name not in answer.content.decode()


def test_a_case_that_is_not_on_notice_has_no_sheet(world: World, case: Case):
    assert "notice/" in signed_in(world[SUN]).get(f"/cases/{case.pk}/").content.decode()
    passed = world.step(case, Status.TOWNSHIP_PASSED, date(2022, 4, 6))
    assert signed_in(world[SUN]).get(f"/cases/{passed.pk}/notice/").status_code == 409


def test_the_list_has_what_hangs_in_the_division_and_nothing_else(world: World, case: Case):
    far = noticed(world, village=FAR_VILLAGE)
    client = signed_in(world[SUN])
    assert {each["row"].case for each in client.get("/notices/").context["notices"]} == {fresh(case), fresh(far)}
    found = client.get("/notices/", {"division": OTHER_COUNTY}).context["notices"]
    assert [each["row"].case for each in found] == [far]
    stranger = signed_in(posted_to(COUNTY))
    assert stranger.get(f"/cases/{far.pk}/notice/").status_code == 404
    assert stranger.get("/notices/", {"division": OTHER_COUNTY}).status_code == 404
