"""What the columns of files are called, and how their values are written."""

from __future__ import annotations

import pytest
from django.utils import translation

from assistance.rules.quality.catalogue import RULES
from exchange.rules.out_columns import column_of


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "zh"), ("en", "en")])
def test_what_a_finding_asks_for_is_written_in_the_language_of_the_reader(language: str, name: str):
    column = column_of("findings", "sentence")
    with translation.override(language):
        assert [column.cell(rule.sentence.zh) for rule in RULES.values()] == [
            getattr(rule.sentence, name) for rule in RULES.values()
        ]


def test_a_moment_is_told_as_clocks_here_show_it_and_stays_exact():
    cell = column_of("visits", "happened_at").cell
    assert cell("2022-09-05T02:00:00+00:00") == "2022-09-05 10:00:00"
    assert cell("2022-09-05T10:00:00.250000+08:00") == "2022-09-05 10:00:00.250000"
