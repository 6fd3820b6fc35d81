"""Document numbers: checksum, kinds, refusals and masking."""

from datetime import date

import pytest
from django.utils import translation

from households.rules.codes import Sex
from households.rules.documents import DocumentKind, InvalidDocument, check_character, mask, parse_document

TODAY = date(2022, 9, 5)
# The worked examples of GB 11643-1999 itself.
STANDARD_EXAMPLE = "11010519491231002X"
FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in STANDARD_EXAMPLE)
STANDARD_MALE = "440524188001010014"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("number", [STANDARD_EXAMPLE, STANDARD_MALE])
def test_the_standards_own_examples_have_their_check_character(number):
    assert check_character(number[:17]) == number[17]


@pytest.mark.parametrize("first17", ["", "1101051949123100", "110105194912310021", "1101051949123100X"])
def test_a_check_character_needs_exactly_seventeen_digits(first17):
    with pytest.raises(InvalidDocument, match="exactly 17 digits"):
        check_character(first17)


def test_an_identity_card_tells_birth_date_and_sex():
    found = parse_document(STANDARD_EXAMPLE, on=TODAY)
    assert (found.kind, found.number) == (DocumentKind.IDENTITY_CARD, STANDARD_EXAMPLE)
    assert (found.birth_date, found.sex) == (date(1949, 12, 31), Sex.FEMALE)
    assert (found.disability_category, found.disability_level) == (None, None)


def test_an_odd_sequence_is_male():
    assert parse_document(STANDARD_MALE, on=TODAY).sex is Sex.MALE


def test_a_disability_certificate_tells_category_and_level():
    found = parse_document(STANDARD_EXAMPLE + "42", on=TODAY)
    assert found.kind is DocumentKind.DISABILITY_CERTIFICATE
    assert (found.disability_category, found.disability_level) == (4, 2)


def test_a_replacement_certificate_has_two_more_characters():
    found = parse_document(STANDARD_EXAMPLE + "7101", on=TODAY)
    assert found.kind is DocumentKind.REPLACEMENT_CERTIFICATE
    assert (found.disability_category, found.disability_level) == (7, 1)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "  11010519491231002X ", FULL_WIDTH, "\u300011010519491231002x"],
    ids=["lower-case x", "spaces", "full-width", "ideographic space"],
)
def test_a_number_is_stored_one_way_however_it_was_typed(typed):
    assert parse_document(typed, on=TODAY).number == STANDARD_EXAMPLE


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "18, 20 or 22 characters, this one has 0"),
        ("1101051949123100", "18, 20 or 22 characters, this one has 16"),
        (STANDARD_EXAMPLE + "4", "this one has 19"),
        ("11010519491231002Y", "made of digits"),
        ("1101O519491231002X", "made of digits"),
        (STANDARD_EXAMPLE + "4X", "made of digits"),
        ("110105194912310021", "check character"),
        ("110105194921310025", "not a date of birth"),
        ("110105000012310021", "not a date of birth"),
        (STANDARD_EXAMPLE + "02", "category of disability"),
        (STANDARD_EXAMPLE + "82", "category of disability"),
        (STANDARD_EXAMPLE + "45", "level of disability"),
        (STANDARD_EXAMPLE + "40", "level of disability"),
        ("999999194912310021", "no number yet"),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(typed, sentence):
    if sentence == "not a date of birth":
        typed = typed[:17] + check_character(typed[:17])
    with pytest.raises(InvalidDocument, match=sentence):
        parse_document(typed, on=TODAY)


def test_nobody_is_born_after_today():
    first17 = "62990020220906001"
    number = first17 + check_character(first17)
    assert parse_document(number, on=date(2022, 9, 6)).birth_date == date(2022, 9, 6)
    with pytest.raises(InvalidDocument, match=r"2022-09-06.*future"):
        parse_document(number, on=TODAY)


@pytest.mark.parametrize("position", range(17))
def test_any_single_mistyped_digit_is_noticed(position):
    wrong = str((int(STANDARD_MALE[position]) + 1) % 10)
    with pytest.raises(InvalidDocument):
        parse_document(STANDARD_MALE[:position] + wrong + STANDARD_MALE[position + 1 :], on=TODAY)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (STANDARD_EXAMPLE, "1101************2X"),
        (STANDARD_EXAMPLE + "42", "1101**************42"),
        ("123456", "******"),
        ("1234567", "1234*67"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_four_and_two(number, shown):
    assert mask(number) == shown


@pytest.mark.parametrize("rest", ["", "42", "4201"])
def test_every_document_of_a_person_has_the_same_body(rest):
    assert parse_document(STANDARD_EXAMPLE + rest, on=TODAY).body == STANDARD_EXAMPLE
