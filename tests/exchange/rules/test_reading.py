"""What people and spreadsheets write for a day, a moment and an amount is read as what it says, or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from exchange.rules.reading import HERE, NoOffset, Unreadable, amount, day, exact_moment, moment


@pytest.mark.parametrize(
    "told",
    [
        "2022-09-01", "2022/9/1", "2022.9.1", "2022年9月1日", "20220901", "202209", "2022-9", "2022/09", "2022年9月",
        "２０２２年９月１日", " 2022 年 9 月 1 日 ", "2022-09-01 00:00:00", "2022/9/1 0:00", "2022-09-01T00:00:00.000",
        "44805", 44805, 44805.0, 20220901, "'20220901", datetime(2022, 9, 1, 14, 30, tzinfo=HERE),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_way_that_names_one_day(told):
    assert day(told) == date(2022, 9, 1)


@pytest.mark.parametrize(
    "told",
    [
        "1/9/2022",
        "9月1日",
        "22-9-1",
        "2022.9",
        2022.1,
        "2022.10",
        "2022",
        "2022-02-30",
        "2022-09-01 08:00",
        "123456",
        "",
    ],
)
def test_what_may_be_several_days_or_none_is_no_day(told):
    with pytest.raises(Unreadable):
        day(told)


@pytest.mark.parametrize(
    "told",
    [
        "2022-09-01 14:30", "2022/9/1 14:30", "2022/9/1 14:30:00", "2022年9月1日 14:30", "2022年9月1日14时30分",
        "2022-09-01T14:30", "2022-09-01T14:30:00+08:00", "2022.9.1 14：30",
    ],
)  # fmt: skip
def test_a_moment_is_read_as_people_and_spreadsheets_write_it(told):
    assert moment(told) == datetime(2022, 9, 1, 14, 30, tzinfo=HERE)


@pytest.mark.parametrize("told", ["2022-09-01", "2022/9/1", "2022年9月1日", "20220901"])
def test_a_day_alone_is_its_beginning(told):
    assert moment(told) == datetime(2022, 9, 1, tzinfo=HERE)


def test_a_moment_keeps_the_zone_that_it_names():
    assert moment("2022-09-01T06:30:00Z") == datetime(2022, 9, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("told", ["2022-09-01T14:30:00+08:00", "2022-09-01T06:30:00Z", "2022-09-01T09:30:00+03:00"])
def test_a_program_says_how_far_its_clock_is_from_utc(told):
    assert exact_moment(told) == datetime(2022, 9, 1, 14, 30, tzinfo=HERE)


@pytest.mark.parametrize(
    "told", ["2022-09-01T14:30:00", "2022-09-01 14:30", "2022年9月1日14时30分", "2022-09-01", "20220901"]
)
def test_a_moment_of_a_program_without_an_offset_is_refused(told):
    with pytest.raises(NoOffset, match=r"\+08:00"):
        exact_moment(told)


@pytest.mark.parametrize("told", ["2022/9/1 25:00", "2022/9/1 soon", "9/1/2022 10:00", "2022-09", "2022/9/31", "soon"])
def test_what_is_no_moment_is_refused(told):
    with pytest.raises(Unreadable):
        moment(told)


@pytest.mark.parametrize(
    ("told", "yuan"),
    [
        ("1,234.50", "1234.50"), ("1，234，567", "1234567"), ("12,3456", "123456"), ("¥1,000元", "1000"),
        ("￥35", "35"), (1234.5, "1234.50"), ("-20", "-20"), ("１２", "12"),
    ],
)  # fmt: skip
def test_an_amount_may_be_grouped_and_name_its_unit(told, yuan):
    assert amount(told) == Decimal(yuan)


@pytest.mark.parametrize("told", ["12,50", "1,23,456", "1.234,50", "3万", "12%", "1,234,56", "nan", 1e300])
def test_an_amount_that_may_be_another_is_refused(told):
    with pytest.raises(Unreadable):
        amount(told)
