"""The command that imports divisions."""

import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from households.models import Division

pytestmark = pytest.mark.django_db
LIST = "code,name,level,parent\n62,甘肃省,province,\n6201,兰州市,prefecture,62\n620121,永登县,county,6201\n"


def run(path: Path, *options: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_divisions", path, *options, stdout=out, stderr=err, no_color=True)
    except SystemExit as leaving:
        return leaving.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_list_is_taken_over_and_a_second_time_changes_nothing(write):
    path = write(LIST)
    assert run(path) == (0, "3 divisions added, 0 changed, 0 as they were.\n", "")
    assert list(Division.objects.values_list("code", "name", "parent")) == [
        ("62", "甘肃省", None),
        ("6201", "兰州市", "62"),
        ("620121", "永登县", "6201"),
    ]
    assert run(path)[:2] == (0, "0 divisions added, 0 changed, 3 as they were.\n")


def test_a_changed_line_changes_its_division_only(write):
    run(write(LIST))
    path = write("code,name,valid_from,valid_to,successor\n620121,永登,1990-01-01,2030-01-01,6201\n")
    assert run(path)[1] == "0 divisions added, 1 changed, 0 as they were.\n"
    held = Division.objects.get(pk="620121")
    assert (held.name, held.parent_id, held.successor_id) == ("永登", "6201", "6201")
    assert (held.valid_from, held.valid_to) == (date(1990, 1, 1), date(2030, 1, 1))


def test_bad_lines_are_named_and_the_good_ones_taken(write):
    path = write(LIST + "62012,x,,\n630101,西宁,county,6301\n62,甘肃,province,\n")
    status, out, err = run(path)
    assert (status, out) == (1, "3 divisions added, 0 changed, 0 as they were.\n")
    assert [line.split(":")[0] for line in err.splitlines()] == ["line 5", "line 6", "line 7"]


def test_results_are_printed_as_json_when_asked(write):
    status, out, _err = run(write(LIST + "620122,,,\n"), "--format", "json")
    found = json.loads(out)
    assert (status, found["added"], found["changed"], found["unchanged"]) == (1, 3, 0, 0)
    assert [(each["line"], sorted(each)) for each in found["refused"]] == [(5, ["line", "reason"])]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(LIST.encode()), "list.csv.gz"),
        (b"\xef\xbb\xbf" + LIST.encode(), "list.csv"),
        (gzip.compress(b"\xef\xbb\xbf" + LIST.encode()), "list.gz"),
        (LIST.replace("\n", "\r\n"), "list.csv"),
        (LIST.replace("甘肃省", '"甘肃省"'), "list.csv"),
    ],
    ids=["compressed", "byte order mark", "both", "lines of windows", "quotes"],
)
def test_a_list_may_be_compressed_marked_or_quoted(write, content, name):
    assert run(write(content, name))[0] == 0
    assert Division.objects.get(pk="62").name == "甘肃省"


def test_a_name_may_hold_a_comma_and_quotes(write):
    status, _out, err = run(write('code,name\n62,"甘肃, ""陇"""\n'))
    assert (status, err, Division.objects.get(pk="62").name) == (0, "", '甘肃, "陇"')


@pytest.mark.parametrize(
    ("bad", "lines"),
    [
        ('63,"青海省', [3]),
        ('63,"西"x', [3]),
        ("63," + "x" * 131_073, [3]),
        ("63,青\x1b[31m海", [3]),
        ('63,"青\n海"', [3, 4]),
        ("63", [3]),
    ],
    ids=["open quote", "quote inside", "too long", "escape character", "line break", "too few cells"],
)
def test_a_bad_line_is_named_and_stops_none_of_the_others(write, bad, lines):
    status, out, err = run(write(f"code,name\n62,甘肃省\n{bad}\n64,宁夏\n"))
    assert (status, out) == (1, "2 divisions added, 0 changed, 0 as they were.\n")
    assert [line.split(":")[0] for line in err.splitlines()] == [f"line {number}" for number in lines]
    assert set(Division.objects.values_list("code", flat=True)) == {"62", "64"}


def test_what_a_file_has_no_column_for_stays_as_it_was(write):
    run(write("code,name,valid_from,valid_to,successor\n62,甘肃省,1949-10-01,2030-01-01,63\n63,青海省,,,\n"))
    assert run(write("code,name\n62,甘肃\n63,青海省\n"))[1] == "0 divisions added, 1 changed, 1 as they were.\n"
    held = Division.objects.get(pk="62")
    assert (held.name, held.valid_from, held.valid_to, held.successor_id) == (
        "甘肃",
        date(1949, 10, 1),
        date(2030, 1, 1),
        "63",
    )


def test_an_empty_cell_erases_what_its_column_tells_and_nothing_else(write):
    run(write("code,name,valid_from,valid_to,successor\n62,甘肃省,1949-10-01,2030-01-01,63\n63,青海省,,,\n"))
    assert run(write("code,name,valid_to\n62,甘肃省,\n"))[1] == "0 divisions added, 1 changed, 0 as they were.\n"
    held = Division.objects.get(pk="62")
    assert (held.valid_from, held.valid_to, held.successor_id) == (date(1949, 10, 1), None, "63")


def test_a_last_day_before_the_first_that_is_held_is_a_bad_line(write):
    run(write("code,name,valid_from\n62,甘肃省,2010-01-01\n"))
    status, out, err = run(write("code,name,valid_to\n62,甘肃省,2000-01-01\n63,青海省,2000-01-01\n"))
    assert (status, out) == (1, "1 divisions added, 0 changed, 0 as they were.\n")
    assert err.startswith("line 2: valid_to must come after valid_from")


def test_successors_that_close_a_circle_with_those_held_are_a_bad_line(write):
    run(write("code,name,successor\n62,甘肃省,63\n63,青海省,\n"))
    status, out, err = run(write("code,name,successor\n63,青海省,62\n64,宁夏,64\n"))
    assert (status, out) == (1, "0 divisions added, 0 changed, 0 as they were.\n")
    assert [line.split(":")[0] for line in err.splitlines()] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("code, name\n62, 甘肃省\n", "list.csv"),
        (gzip.compress(LIST.encode()), "LIST.CSV.GZ"),
    ],
    ids=["spaces in the first line", "capitals in the file's name"],
)
def test_a_file_is_read_for_what_it_is(write, content, name):
    assert run(write(content, name))[0] == 0
    assert Division.objects.get(pk="62").name == "甘肃省"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "list.csv"),
        ("kode,name\n62,x\n", "list.csv"),
        ("code,name,name\n62,x,y\n", "list.csv"),
        (b"code,name\n62,\xff\xfe\n", "list.csv"),
        ("not compressed", "list.csv.gz"),
        (gzip.compress(LIST.encode())[:-9], "list.csv.gz"),
    ],
    ids=["empty", "no such column", "a column twice", "not UTF-8", "not compressed", "cut off"],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_ends_with_2(write, content, name):
    with pytest.raises(CommandError, match=name) as refusal:
        run(write(content, name))
    assert (refusal.value.returncode, Division.objects.count()) == (2, 0)


def test_a_missing_file_ends_with_2(tmp_path):
    with pytest.raises(CommandError) as refusal:
        run(tmp_path / "none.csv")
    assert refusal.value.returncode == 2


def test_the_list_that_ships_with_the_project_is_taken_whole(settings):
    status, out, err = run(settings.BASE_DIR / "data/divisions-6201.csv")
    assert (status, err) == (0, "")
    assert Division.objects.under("6201").count() == 1303
    assert out.startswith("1304 divisions added")
