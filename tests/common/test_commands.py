"""What commands share."""

from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest

from common.commands import ServiceCommand, day, moment


class Printing(ServiceCommand):
    """A command that only prints."""

    def run(self, **options: object) -> int:
        return 0


def printed(value: object) -> str:
    out = StringIO()
    Printing(stdout=out).print_json(value)
    return out.getvalue()


def test_json_is_printed_with_whole_numbers_of_any_size():
    assert printed({"value": 10**30, "名": ["甘肃省"]}) == (
        '{\n  "value": 1000000000000000000000000000000,\n  "名": [\n    "甘肃省"\n  ]\n}\n'
    )


def test_json_is_printed_with_days_and_moments_as_the_interface_writes_them():
    value = {"on": date(2022, 9, 5), "at": datetime(2022, 9, 5, 10, tzinfo=UTC), "amount": Decimal("6500.50")}
    assert printed(value) == (
        '{\n  "on": "2022-09-05",\n  "at": "2022-09-05T10:00:00+00:00",\n  "amount": "6500.50"\n}\n'
    )


def test_an_argument_names_a_day_or_a_moment():
    assert day("2022-09-05") == date(2022, 9, 5)
    assert moment("2022-09-05T18:00") == moment("2022-09-05T18:00+08:00") == datetime(2022, 9, 5, 10, tzinfo=UTC)


def test_an_argument_that_names_none_is_told_how():
    with pytest.raises(ArgumentTypeError, match="'20220905' is no day; write it as 2022-09-05"):
        day("20220905")
    with pytest.raises(ArgumentTypeError, match="'soon' is no moment; write it as 2022-09-05T18:00"):
        moment("soon")
