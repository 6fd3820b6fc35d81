"""The command that imports monitoring lines."""

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from common.commands import CouldNotRun
from households.models import Division, MonitoringLine

pytestmark = pytest.mark.django_db
HEAD = "division,valid_from,amount,source\n"


@pytest.fixture
def take(tmp_path: Path):
    Division.objects.create(code="62", name="甘肃省")

    def take(content: str) -> str:
        path = tmp_path / "lines.csv"
        path.write_text(content)
        out = StringIO()
        call_command("import_lines", path, stdout=out)
        return out.getvalue()

    return take


def test_lines_are_put_in_place_and_a_second_time_changes_nothing(take):
    content = HEAD + "62,2022-01-01,6500,Lanzhou Daily\n62,2023-01-01,7200.50,press\n"
    assert take(content) == "2 monitoring lines are in place.\n"
    assert take(content) == "2 monitoring lines are in place.\n"
    assert list(MonitoringLine.objects.order_by("valid_from").values_list("valid_from", "amount", "source")) == [
        (date(2022, 1, 1), Decimal(6500), "Lanzhou Daily"),
        (date(2023, 1, 1), Decimal("7200.50"), "press"),
    ]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (HEAD + "62,2022-01-01,6500,good\n62,2023-01-01\n", "line 3: the line has 2 cells"),
        (HEAD + "62,2022-01-01,6500,good\n62,2023-01-01,7200,x,more\n", "line 3: the line has 5 cells"),
        (HEAD + "62,2022-01-01,6500,good\n62,2023-01-01,1e400,x\n", "line 3: '1e400' is no amount"),
        (HEAD + "62,2022-01-01,6500,good\n62,2023-01-01,7200,\n", "line 3: the source"),
        (HEAD + "62,2022-01-01,6500,good\n63,2023-01-01,7200,x\n", "line 3: division 63 is not known"),
        ("division,valid_from,amount\n62,2022-01-01,6500\n", "division,valid_from,amount,source"),
    ],
)
def test_one_bad_line_is_named_and_none_is_put_in_place(take, content: str, word: str):
    with pytest.raises(CouldNotRun, match=word) as refusal:
        take(content)
    assert (refusal.value.returncode, MonitoringLine.objects.count()) == (2, 0)
