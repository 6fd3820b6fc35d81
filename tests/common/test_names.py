"""Names in two languages."""

from enum import StrEnum

from django.utils import translation

from common.names import Name, choices


class Basis(StrEnum):
    HOUSEHOLD = "household"
    PERSON = "person"


def test_a_name_is_shown_in_the_language_of_the_reader():
    name = Name("户", "household")
    for language, shown in (("zh-hans", "户"), ("zh-cn", "户"), ("en", "household"), ("en-gb", "household")):
        with translation.override(language):
            assert str(name) == shown
    with translation.override(None):
        assert str(name) == "户"


def test_the_choices_of_a_list_are_told_in_english_whoever_reads():
    names = {Basis.HOUSEHOLD: Name("户", "household"), Basis.PERSON: Name("人", "person")}
    with translation.override("zh-hans"):
        assert choices(names) == [("household", "household"), ("person", "person")]
