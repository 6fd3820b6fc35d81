"""Taking households: which item is a new one, and what an item would change of one that is registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from common.crypto import keyed_hash
from common.fingerprints import id_taken
from common.refusals import Conflict, Invalid, Refused
from exchange.operations import namesakes
from exchange.operations.bench import (
    Bench,
    Change,
    Decision,
    Made,
    New,
    Same,
    Taker,
    ambiguous,
    clash_of,
    decided,
    differing,
    said_otherwise,
)
from exchange.rules.outcomes import Item
from households.models import Division, Household, Member, Membership, Posting
from households.operations import descriptions, households
from households.operations.descriptions import OF_HOUSEHOLD, HouseholdAmendment
from households.operations.households import Registration
from households.operations.members import Person
from households.rules.codes import Relationship, Sex
from households.rules.documents import InvalidDocument, parse_document
from households.rules.levels import CODE_LENGTHS, Level

# What the statistics bureau and the people add to the name of a village.
ABOVE = (("township_name", Level.TOWNSHIP), ("county_name", Level.COUNTY))  # what an item may say of it beside
PLACE_ENDINGS = ("街道办事处", "街道", "地区", "自治县", "民族乡", "镇", "乡", "县", "区", "市")
ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")


def decide(items: Sequence[Item], bench: Bench) -> list[Decision]:
    """What each item would do: households are found by key, by another system's name, or by the national number."""
    held = bench.named_by(items, Household)
    by_number = _by_national_number(items, bench)
    reach = _in_reach(held, bench) | {row.pk for row in by_number.values()}
    villages = _Villages(items, [*held.values(), *by_number.values()], bench)
    namesakes_there = _namesakes(items, villages)
    heads = _heads_of(held.keys() | {row.pk for row in by_number.values()})

    def one(item: Item) -> Decision:
        key = bench.key_of(item)
        numbered = by_number.get(item.values.get("national_number", ""))
        found = held.get(key) if key else numbered
        if found is not None and numbered is not None and found != numbered:
            raise ambiguous()
        if found is None:
            registration = _registration(item, villages.code_of(item), bench)
            _check_no_namesake(item, registration, namesakes_there, bench)
            return New(registration)
        if found.pk not in reach:
            raise id_taken()
        _check_same_village(item, found, villages)
        _check_same_head(item, heads.get(found.pk), bench)
        if item.values.get("registered_on", found.registered_on) != found.registered_on:
            raise said_otherwise("registered_on")
        if item.values.get("identified_on", found.registered_on) < found.registered_on:
            raise said_otherwise("identified_on")
        changes = differing(found, item.values, OF_HOUSEHOLD)
        if not changes:
            return Same(_made(found))
        wanted = {name: new for name, (_old, new) in changes.items()}
        version = bench.version_for(item, found.version)
        amendment = HouseholdAmendment(found, wanted, bench.by, bench.at, version)
        return Change(amendment, changes, clash_of(item, found, None, changes, bench))

    return [decided(one)(each) for each in items]


def create(given: Sequence[Registration]) -> list[Made]:
    """Register households, each with its head."""
    return [_made(row) for row in households.register_all(registrations=given)]


def change(given: Sequence[HouseholdAmendment]) -> list[Made]:
    """Amend households."""
    return [_made(row) for row in descriptions.amend_households(amendments=given)]


# What is said of a new household's head is said of a person there, who joins on the day of the registration.
KNOWN_OF_HEAD = ("name", "sex", "birth_date")
OF_HEAD = {name: f"head_{name}" for name in ("name", "sex", "number", "birth_date")}
HOUSEHOLDS = Taker(decide, create, change, OF_HEAD | {"on": "registered_on", "joined_on": "registered_on"})


def person_of(values: dict[str, Any], bench: Bench) -> tuple[Sex, str]:
    """The sex of a person, as given or as the document number tells it, and the number."""
    number = values.get("number", "")
    sex = values.get("sex")
    if number:
        try:
            document = parse_document(number, on=bench.today)
        except InvalidDocument as error:
            raise Invalid(str(error), code="invalid_number", field="number") from error
        if sex is not None and sex != document.sex:
            raise Invalid(_("The sex differs from the one that the number tells. Check both."), field="sex")
        sex = document.sex
    if sex is None:
        raise Invalid(_("Give the sex, or the document number that tells it."), field="sex")
    return sex, number


def hash_of(number: str, bench: Bench) -> bytes | None:
    """By what a document number is found; None for one that cannot be right."""
    try:
        return keyed_hash(parse_document(number, on=bench.today).body) if number else None
    except InvalidDocument:
        return None


def _made(row: Household) -> Made:
    return Made(row.pk, row.version, row.pk)


def _in_reach(keys: Iterable[UUID], bench: Bench) -> set[UUID]:
    seen = Household.objects.kept().visible_to(bench.by, bench.today)
    return set(seen.filter(pk__in=list(keys)).values_list("pk", flat=True))


def _by_national_number(items: Sequence[Item], bench: Bench) -> dict[str, Household]:
    numbers = {number for each in items if (number := each.values.get("national_number"))}
    rows = Household.objects.kept().visible_to(bench.by, bench.today).filter(national_number__in=numbers)
    return {row.national_number: row for row in rows} if numbers else {}


def _heads_of(homes: set[UUID]) -> dict[UUID, Member]:
    rows = Membership.objects.filter(household__in=homes, relationship=Relationship.HEAD, left_on__isnull=True)
    return {row.household_id: row.member for row in rows.select_related("member")} if homes else {}


def _check_same_village(item: Item, home: Household, villages: _Villages) -> None:
    if "village" not in item.values:
        villages.check_above(item, home.village_id)
    elif villages.code_of(item) != home.village_id:
        raise Conflict(
            _("The household lives in village %(code)s. Record its move instead, so that its past stays where it was.")
            % {"code": home.village_id},
            code="lives_elsewhere",
            field="village",
        )


def _check_same_head(item: Item, head: Member | None, bench: Bench) -> None:
    """Conflict where the item says something else of the head than is known: it is never passed over."""
    told = hash_of(item.values.get("head_number", ""), bench)
    held = bytes(head.document_hash) if head and head.document_hash is not None else None
    if told is not None and held is not None and told != held:
        raise Conflict(
            _("Another person heads the household. Change its head first, with the day from which that holds."),
            code="other_head",
            field="head_number",
        )
    named = {column: name for name, column in OF_HEAD.items() if name in KNOWN_OF_HEAD and column in item.values}
    said = [column for column, name in named.items() if head is None or getattr(head, name) != item.values[column]]
    if said or (told is not None and held is None):
        raise Conflict(
            _(
                "Something else is known of the head of the household. Send him or her as a member with what is right, "
                "or change the head first, with the day from which that holds."
            ),
            code="other_head",
            field=said[0] if said else "head_number",
        )


def _check_no_namesake(item: Item, registration: Registration, known: set[namesakes.Told], bench: Bench) -> None:
    """Conflict where the head may be somebody of the village already, unless the item says otherwise."""
    is_sure = bool(item.values.get("head_number") or item.values.get("is_another_person"))
    told = namesakes.told_by(registration.village, item.values, bench, "head_")
    namesakes.check(told, known, bench, is_sure=is_sure, field="head_name")


def _namesakes(items: Sequence[Item], villages: _Villages) -> set[namesakes.Told]:
    """Who lives where heads without a number are said to live, and is called like one of them."""
    unnumbered = [
        each
        for each in items
        if each.values.get("head_name") and each.values.get("head_birth_date") and not each.values.get("head_number")
    ]
    codes = {code for each in unnumbered if (code := villages.code_or_none(each))}
    return namesakes.living(codes, (each.values["head_name"] for each in unnumbered)) if codes else set()


def _registration(item: Item, village: str, bench: Bench) -> Registration:
    values = item.values
    if not values.get("head_name"):
        raise Invalid(_("A new household needs its head: give the name."), field="head_name")
    on = values.get("registered_on", values.get("identified_on", bench.today))
    if on > bench.today and "registered_on" not in values:
        raise Invalid(_("A household cannot be registered in the future."), field="identified_on")
    head = {"number": values.get("head_number", ""), "sex": values.get("head_sex")}
    try:
        sex, number = person_of(head, bench)
    except Invalid as fault:
        raise Invalid(fault.sentence, code=fault.stable_code, field=f"head_{fault.field}") from fault
    person = Person(
        values["head_name"], sex, Relationship.HEAD, on, number=number, birth_date=values.get("head_birth_date")
    )
    return Registration(
        village,
        (person,),
        on,
        bench.by,
        bench.at,
        is_former_poor=values.get("is_former_poor", False),
        address=values.get("address", ""),
        phone=values.get("phone", ""),
        national_number=values.get("national_number", ""),
        id=values.get("id"),
    )


class _Villages:
    """The villages that items name, by code or by a name that is one village's only, and what lies above them."""

    def __init__(self, items: Sequence[Item], held: Iterable[Household], bench: Bench) -> None:
        named, coded = set[str](), {each.village_id for each in held}
        for each in items:
            told = each.values.get("village", "")
            (coded if told.isdigit() else named).add(told)
        self._found = _called(named - {""}, bench)
        is_said = any(each.values.get(name) for each in items for name, _level in ABOVE)
        codes = {code for found in self._found.values() for code in found} | (coded if is_said else set())
        above = {code[: CODE_LENGTHS[level]] for code in codes for _name, level in ABOVE}
        self._names = dict(Division.objects.filter(pk__in=above).values_list("code", "name")) if above else {}

    def code_of(self, item: Item) -> str:
        """The code of the village of an item; Invalid where it names none, or a name that several bear."""
        told = item.values.get("village", "")
        if not told:
            raise Invalid(_("Name the village of the household, best by its code."), field="village")
        if told.isdigit():
            self.check_above(item, told)
            return str(told)
        found = [code for code in self._found[told] if self._otherwise(item, code) is None]
        if len(found) == 1:
            return found[0]
        if not found:
            raise Invalid(
                _("No village of your postings is called %(name)s there. Give its code.") % {"name": told},
                field="village",
            )
        raise Conflict(
            _("Several villages are called %(name)s: %(codes)s. Give the code of the right one.")
            % {"name": told, "codes": _(", ").join(sorted(found))},
            code="ambiguous",
            field="village",
        )

    def check_above(self, item: Item, code: str) -> None:
        """Conflict where the item names another township or county than the one in which the village lies."""
        if name := self._otherwise(item, code):
            lies_in = self._names[code[: CODE_LENGTHS[dict(ABOVE)[name]]]]
            raise Conflict(
                _("The village %(code)s lies in %(place)s, and not in %(told)s. Correct the one that is wrong.")
                % {"code": code, "place": lies_in, "told": item.values[name]},
                code="lies_elsewhere",
                field=name,
            )

    def _otherwise(self, item: Item, code: str) -> str | None:
        """Which of its values says that the village lies elsewhere; None where none does."""
        for name, level in ABOVE:
            told, there = item.values.get(name, ""), code[: CODE_LENGTHS[level]]
            if told and there in self._names and not is_called(told, there, self._names[there]):
                return name
        return None

    def code_or_none(self, item: Item) -> str | None:
        """The code of the village of an item; None where it names none that can be told."""
        try:
            return self.code_of(item)
        except Refused:
            return None


def _called(named: set[str], bench: Bench) -> dict[str, list[str]]:
    """Of each name the villages within the postings of who acts that bear it."""
    found: dict[str, list[str]] = defaultdict(list)
    if named:
        spelled = {spelling: name for name in named for spelling in spellings(name)}
        codes = Posting.objects.codes(bench.by, Permission.VIEW_RECORDS, bench.today)
        rows = Division.objects.at_level(Level.VILLAGE).within(codes).filter(name__in=list(spelled))
        for code, name in rows.in_force(bench.today).values_list("code", "name"):
            found[spelled[name]].append(code)
    return found


def is_called(told: str, code: str, name: str) -> bool:
    """Whether people may call the place so: by its code, by its name, without its ending, or with what lies above."""
    if told.isdigit():
        return code.startswith(told) or told.startswith(code)
    plain, known = stem_of(told, PLACE_ENDINGS), stem_of(name, PLACE_ENDINGS)
    return plain.endswith(known) or known.endswith(plain) or name.startswith(told)


def stem_of(name: str, endings: Sequence[str]) -> str:
    """The name without the first of these endings that it has, unless it is all of the name."""
    return next((name.removesuffix(each) for each in endings if name.endswith(each) and name != each), name)


def spellings(name: str) -> set[str]:
    """The ways in which the list of divisions may write a village's name."""
    stem = stem_of(name, ENDINGS)
    return {name, stem, *(f"{stem}{ending}" for ending in ENDINGS)}
