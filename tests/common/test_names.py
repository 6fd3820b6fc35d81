"""Names in two languages."""

from django.utils import translation

from common.names import Name


def test_a_name_is_shown_in_the_language_of_the_reader():
    name = Name("户", "household")
    for language, shown in (("zh-hans", "户"), ("zh-cn", "户"), ("en", "household"), ("en-gb", "household")):
        with translation.override(language):
            assert str(name) == shown
    with translation.override(None):
        assert str(name) == "户"
