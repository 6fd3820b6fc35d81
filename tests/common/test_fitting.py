"""What a column cannot keep is refused in a sentence that names the field."""

from decimal import Decimal

import pytest

from common.fitting import check_rows, check_text
from common.refusals import Invalid
from households.models import Household, IncomeSurvey, Member


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Member(name="王" * 101, sex="male"), "name"),
        (Member(name="王\x00芳", sex="male"), "name"),
        (Member(name="王\x1b芳", sex="male"), "name"),
        (Member(name="王\ud800", sex="male"), "name"),
        (Member(name="王芳", sex="neither"), "sex"),
        (Household(phone="1" * 21), "phone"),
        (Household(national_number="1" * 41), "national_number"),
        (IncomeSurvey(occasion="never"), "occasion"),
        (IncomeSurvey(occasion="yearly", household_size=32768), "household_size"),
        (IncomeSurvey(occasion="yearly", household_size=3, wage=Decimal("1000000000000")), "wage"),
        (IncomeSurvey(occasion="yearly", household_size=3, wage=Decimal("0.001")), "wage"),
        (IncomeSurvey(occasion="yearly", household_size=3, wage=Decimal("NaN")), "wage"),
        (IncomeSurvey(occasion="yearly", household_size=3, wage=Decimal("Infinity")), "wage"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_field(row, field):
    with pytest.raises(Invalid) as refusal:
        check_rows([row])
    assert refusal.value.field == field
    assert field in str(refusal.value)


def test_what_just_fits_is_taken():
    check_rows([Member(name="王" * 100, sex="male"), Household(phone="1" * 20, address="一组\n二号")])
    check_rows([IncomeSurvey(occasion="yearly", household_size=32767, wage=Decimal("999999999999.99"))])
    check_text("外" * 500, field="reason")


def test_a_field_can_be_called_as_who_entered_it_calls_it():
    survey = IncomeSurvey(occasion="yearly", household_size=3, property_income=Decimal("1e15"))
    with pytest.raises(Invalid) as refusal:
        check_rows([survey], {"property_income": "property"})
    assert refusal.value.field == "property"


def test_a_remark_of_501_characters_is_refused_with_both_lengths():
    with pytest.raises(Invalid) as refusal:
        check_text("外" * 501, field="reason")
    assert refusal.value.field == "reason"
    assert all(count in str(refusal.value) for count in ("501", "500"))
