"""YAML is read as plain text with lines; what is not plain is refused at once."""

import time

import pytest

from reports.rules.plain_yaml import Mapping, PlainYamlError, Scalar, Sequence, read_plain_yaml


def test_values_stay_as_they_are_written_and_know_their_line():
    assert read_plain_yaml('a: 67.50\nb: [yes, "no"]\n') == Mapping(
        {"a": Scalar("67.50", 1), "b": Sequence((Scalar("yes", 2), Scalar("no", 2, plain=False)), 2)}, 1
    )


def test_a_key_without_a_colon_is_told_from_a_key_without_a_value():
    root = read_plain_yaml("{a: x, rest of it, b: , c: ''}")
    assert root.items["rest of it"] == Scalar("", 1, bare=True)
    assert root.items["b"] == Scalar("", 1)
    assert root.items["c"] == Scalar("", 1, plain=False)


@pytest.mark.parametrize("text", ["~", "null", ""])
def test_nothing_written_is_empty_but_quotes_are_not(text):
    assert Scalar(text, 1).is_empty
    assert not Scalar(text, 1, plain=False).is_empty


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the file is empty"),
        ("# only a comment\n", 1, "the file is empty"),
        ("a: 1\n---\nb: 2\n", 3, "the file holds a second document"),
        ("a: 1\nb: &x 2\n", 2, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: &x [1]\n", 1, "anchors and aliases"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "tags"),
        ("a: !!int 5\n", 1, "tags"),
        ("a: ! 5\n", 1, "tags"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice"),
        ("? [1]\n: 2\n", 1, "a key is itself a list or a mapping"),
        ("a: [[[[[[1]]]]]]\n", 1, "nested more than 6 deep"),
        ("a: 1\nb: [1, 2\nc: }\n", 3, "the YAML cannot be read"),
        ("a: 1\n\tb: 2\n", 2, "the YAML cannot be read"),
        ("a: 1\nb: \x00\n", 2, "a character that YAML does not allow"),
        ("a: @x\n", 1, "the YAML cannot be read"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text, line, problem):
    with pytest.raises(PlainYamlError, match=problem) as error:
        read_plain_yaml(text)
    assert error.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_001,
        "[" * 100_000,
        "- " * 90_000,
        "{a: " * 40_000,
        "? " * 90_000,
        "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
    ],
)
def test_hostile_yaml_is_refused_quickly(text):
    begun = time.perf_counter()
    with pytest.raises(PlainYamlError):
        read_plain_yaml(text)
    assert time.perf_counter() - begun < 2
