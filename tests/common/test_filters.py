"""Parameters that cannot be read are refused by name, with how they are to be written."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.utils import translation

from common.filters import DayField, refusal_of


class Asked(forms.Form):
    """One parameter of each kind."""

    day = DayField(required=False)
    moment = forms.DateTimeField(required=False)
    kind = forms.ChoiceField(required=False, choices=[("", "any"), ("new", "New"), ("old", "Old")])
    size = forms.IntegerField(required=False, max_value=5)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("day", "2022-02-30", "“day” is a day, such as 2022-09-05."),
        ("day", "2022-9-5", "“day” is a day, such as 2022-09-05."),
        ("day", "20220905", "“day” is a day, such as 2022-09-05."),
        ("day", "2022-W36-1", "“day” is a day, such as 2022-09-05."),
        ("day", "２０２２-０９-０５", "“day” is a day, such as 2022-09-05."),
        ("moment", "2022-09-01T18:00:00 08:00", "the + is written %2B."),
        ("kind", "purple", "“kind” is one of: new, old."),
        ("size", "many", "size: Enter a whole number."),
        ("size", "6", "size: Ensure this value is less than or equal to 5."),
    ],
)
def test_the_sentence_says_how_to_write_what_cannot_be_read(name: str, text: str, sentence: str):
    with translation.override("en"):
        refused = refusal_of(Asked({name: text}))
    assert str(refused).endswith(sentence)
    assert (refused.stable_code, refused.field) == ("invalid_parameter", name)


def test_a_day_with_all_its_digits_is_read():
    asked = Asked({"day": " 2022-09-05 "})
    assert asked.is_valid()
    assert asked.cleaned_data["day"] == date(2022, 9, 5)
    assert Asked({"day": ""}).is_valid()
