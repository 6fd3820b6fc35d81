"""Days as people write them."""

from datetime import date

import pytest

from common.days import read_day


def test_a_day_is_year_month_and_day():
    assert read_day("2022-09-05") == date(2022, 9, 5)
    assert read_day("0001-01-01") == date(1, 1, 1)


@pytest.mark.parametrize(
    "text",
    ["", "20220905", "2022-W01-1", "2022-W01", "2022-9-5", "2022-02-30", "05/09/2022", " 2022-09-05", "２０２２-09-05"],
)
def test_any_other_way_to_write_a_day_is_refused_with_the_right_one(text: str):
    with pytest.raises(ValueError, match="is no day; write it as 2022-09-05"):
        read_day(text)
