"""Fields and choices that forms share."""

from datetime import date

import pytest
from django import forms
from django.utils import translation

from common.forms import DressedForm, amount_field, day_field, options, tell_refusal
from common.names import Name
from common.refusals import Invalid


class Asked(DressedForm):
    """A form with a field of each look."""

    on = day_field("Day")
    basis = forms.ChoiceField()
    note = forms.CharField(widget=forms.TextInput(attrs={"class": "narrow"}), required=False)
    amount = amount_field("Amount")

    def fill(self) -> None:
        self.offer("basis", {"household": Name("户", "household")}, empty="–")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_day_stands_in_its_field_as_every_browser_reads_it(language):
    with translation.override(language):
        assert 'value="2022-09-05"' in str(Asked(initial={"on": date(2022, 9, 5)})["on"])


def test_widgets_look_as_the_style_sheet_has_them_unless_a_form_says_otherwise():
    looks = {name: field.widget.attrs["class"] for name, field in Asked().fields.items()}
    assert looks == {"on": "form-control", "basis": "form-select", "note": "narrow", "amount": "form-control"}


def test_a_list_of_names_is_offered_in_the_language_of_the_reader_with_nothing_first_where_that_is_named():
    with translation.override("zh-hans"):
        assert ">户</option>" in str(Asked()["basis"])
    assert options({"household": "h"}) == [("household", "h")]
    assert options({"household": "h"}, empty="–") == [("", "–"), ("household", "h")]


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000000000.00"])
def test_an_amount_is_no_debt_and_has_no_more_digits_than_are_kept(amount):
    assert "amount" in Asked({"on": "2022-09-05", "basis": "household", "amount": amount}).errors


def test_a_refusal_stands_at_the_field_that_it_names_and_else_above_the_form():
    named, unnamed, translated = (Asked({"on": "2022-09-05", "basis": "household"}) for _ in range(3))
    tell_refusal(named, Invalid("Too much.", field="amount"))
    tell_refusal(unnamed, Invalid("Not so.", field="case"))
    tell_refusal(translated, Invalid("Too late.", field="planned_on"), {"planned_on": "on"})
    assert (named.errors, unnamed.errors) == ({"amount": ["Too much."]}, {"__all__": ["Not so."]})
    assert translated.errors == {"on": ["Too late."]}
