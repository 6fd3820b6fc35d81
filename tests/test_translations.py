"""Everything that the program says is said in Chinese and in English, and no page mixes the two."""

from __future__ import annotations

import ast
import re
from datetime import date
from html.parser import HTMLParser

import polib
import pytest
from django.test import Client
from django.utils import timezone

from assistance.rules.categories import Category
from config import messages, translations
from demo.models import Demonstration
from households.models import Case
from households.rules.codes import Risk
from tests.architecture.reading import PACKAGES, sources, tree
from tests.cast import CITY, COUNTY, NAMES, SUN, VILLAGE, World

HAN = re.compile(r"[\u3400-\u9fff]")
# Words of at least three letters; what both languages write alike stands in the list.
WORD = re.compile(r"[A-Za-z]{3,}")
SAME_IN_BOTH = frozenset({"English", "CSV", "JSON", "UTF", "XLSX"})
# Marks of Latin text at the edge of a Chinese word, or where a text goes on after a name.
HALF_WIDTH = re.compile(
    r"(?<=[\u3400-\u9fff”])\s*([,:;)?!]|\((?![\d-]))|[,:;()?!]\s*(?=[\u3400-\u9fff“])|^[,:;()]\s|（[^（）]*\)|\([^()]*）"
)
PLACES = re.compile("|".join([*NAMES.values(), "张三"]))
SILENT = frozenset({"script", "style", "code", "template"})
SPOKEN_ATTRIBUTES = ("aria-label", "data-label", "alt", "title", "placeholder")
VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})


class Words(HTMLParser):
    """The text of a page that is ours to translate: names of places and people (translate="no") and codes left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.spoken: list[str] = []
        self._open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        is_silent = any(self._open) or tag in SILENT or found.get("translate") == "no"
        if not is_silent:
            self.spoken += [found[name] or "" for name in SPOKEN_ATTRIBUTES if name in found]
        if tag not in VOID:
            self._open.append(is_silent)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open) and data.strip():
            self.spoken.append(data.strip())


@pytest.fixture
def world(db: None) -> World:
    """A city with a demonstration, some households, each risk and measure category."""
    world = World.begin()
    case = world.eliminated(date(2021, 3, 1), date(2022, 8, 1))
    world.report(world.household(date(2022, 4, 1)), date(2022, 4, 1), risks=[Risk.ILLNESS, Risk.SCHOOLING])
    for category in Category:
        world.help(case, category, date(2022, 8, 1))
    Demonstration.objects.create(
        division_id=CITY,
        source_id="lanzhou-2022-09-05",
        source_title="Lanzhou City, consolidating poverty alleviation and linking it with rural revitalization",
        as_of=date(2022, 9, 5),
        period_start=date(2022, 1, 1),
        seed=1,
        households=2,
        persons=6,
        choice={"zh": "取 2,192 人", "en": "2,192 was chosen"},
        made_at=timezone.now(),
    )
    return world


PAGES = [
    "/",
    f"/?division={COUNTY}&known_at=2023-01-01T00:00",
    f"/?division={VILLAGE}",
    "/figures/elimination.rate/",
    "/figures/monitoring.total.households/",
    "/figures/measures.minimum_per_household/",
    "/figures/elimination.households/?as_of=2020-01-01",
    "/figures/funds.arrived/",
    "/figures/0.0/",
    "/?division=11",
    "/?as_of=2999-01-01",
    "/nowhere/",
    "/profile/",
    "/divisions/search/?q=ydx",
    "/divisions/search/?q=99",
    "/households/",
    "/households/?cols=head,number,village,code,type,status,persons,risks,reported,identified,eliminated,way,measures",
    "/households/?cols=no_labour,former_poor,income,surveyed,line,beside,registered&income=below&status=none",
    "/households/?indicator=elimination.households&sort=newest",
    "/households/?as_of=2020-01-01",
    "/cases/",
    "/cases/?cols=since,waiting&sort=waiting&status=eliminated",
    "/cases/?status=refused",
    "HOUSEHOLD",
    "CASE",
    "PLAN",
    "MEASURE",
    "/households/00000000-0000-0000-0000-000000000000/",
    "/indicators/",
    "/indicators/measures.education.households/",
    "/indicators/elimination.rate/",
    "/indicators/funds.arrived/",
    "/reconciliations/",
    "/reconciliations/lanzhou-2022-09-05/",
    f"/reconciliations/lanzhou-2022-09-05/?show=attention&division={COUNTY}&as_of=2022-07-01",
    "/reconciliations/0/",
    "/divisions/",
    f"/divisions/{COUNTY}/",
    f"/divisions/{VILLAGE}/",
    "/components/",
    "/standards/",
    "/standards/clock/verify/",
    "/standards/checklist/must_see/",
    "/lines/",
]


def words(client: Client, address: str, language: str) -> list[str]:
    """What a page says in a language, the names of places left out."""
    if address in {"HOUSEHOLD", "CASE", "PLAN", "MEASURE"}:
        case = Case.objects.get(status="eliminated")
        address = {
            "HOUSEHOLD": f"/households/{case.household_id}/",
            "CASE": f"/cases/{case.pk}/",
            "PLAN": f"/cases/{case.pk}/plan/",
            "MEASURE": f"/measures/{case.measures.first().pk}/",
        }[address]
    spoken = Words(client.get(address, headers={"accept-language": language}).content.decode()).spoken
    return [PLACES.sub("", text) for text in spoken]


def test_every_message_of_the_program_is_in_the_catalogue_and_none_is_left_over():
    catalogue = polib.pofile(str(messages.CATALOGUE))
    held = {(entry.msgid, entry.msgid_plural) for entry in catalogue}
    said = {(message.text, message.plural) for message in messages.messages()}
    assert said - held == set(), "run python -m config.messages, then translate"
    assert held - said == set(), "run python -m config.messages"


def test_every_message_is_translated_and_none_is_fuzzy():
    catalogue = polib.pofile(str(messages.CATALOGUE))
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete or not entry.translated()] == []


def test_a_translation_has_the_same_places_to_fill_as_its_message():
    for entry in polib.pofile(str(messages.CATALOGUE)):
        asked = set(re.findall(r"%\(\w+\)[sd]", entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert set(re.findall(r"%\(\w+\)[sd]", text)) == asked, entry.msgid


def test_the_catalogue_is_compiled():
    translations.compile_stale()
    assert messages.CATALOGUE.with_suffix(".mo").exists()
    assert translations.compile_stale() == []


def test_messages_are_found_in_code_templates_and_published_sources():
    said = {message.text: message for message in messages.messages()}
    assert said["Say in which way the risk was eliminated."].file == "households/operations/moves.py"
    assert said["Sign out"].file == "templates/components/account.html"
    assert said["household"].plural == "households"
    assert said["damaged in translation"].file == "data/published-lanzhou-2022-09-05.yaml"


def test_a_message_no_longer_said_leaves_the_catalogue_and_a_new_one_asks_for_its_translation():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="gone", msgstr="没了"))
    catalogue.append(polib.POEntry(msgid="kept", msgstr="留下"))
    new = [messages.Message("kept", "", "b.py"), messages.Message("one", "many", "a.py")]
    assert messages.take_over(catalogue, new) == ["one"]
    assert {entry.msgid: entry.msgstr for entry in catalogue} == {"kept": "留下", "one": ""}


def test_a_mark_of_latin_text_beside_a_chinese_word_is_found():
    for wrong in ("户(元)", "口径:按户", "口径, 按户", "是否一致?", ", 2022-09-05", "（元)"):
        assert HALF_WIDTH.search(wrong), wrong
    for right in ("户（元）", "口径：按户", "左边 [67.45, 67.55)，右边 (65.1, 65.3)", "958 / 3,248", "18:00"):
        assert not HALF_WIDTH.search(right), right


def test_chinese_sentences_are_punctuated_in_full_width():
    def shown(text: str) -> str:
        return re.sub(r"%\(\w+\)[sd]", "某", text)

    said = [
        each
        for entry in polib.pofile(str(messages.CATALOGUE))
        for each in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert [text for text in said if HAN.search(text) and HALF_WIDTH.search(shown(text))] == []


def test_chinese_names_in_the_code_are_punctuated_in_full_width():
    names = [
        f"{path}: {node.value}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in documented(tree(path))
        if HAN.search(node.value) and HALF_WIDTH.search(node.value)
    ]
    assert names == []


def documented(module: ast.Module) -> set[str]:
    """The docstrings of a module, which are English with a Chinese word here and there."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    return {ast.get_docstring(node, clean=False) or "" for node in ast.walk(module) if isinstance(node, kinds)}


@pytest.mark.parametrize("address", PAGES)
def test_an_english_page_holds_no_chinese(world: World, address: str):
    client = Client()
    client.force_login(world[SUN])
    assert [text for text in words(client, address, "en") if HAN.search(text)] == []


@pytest.mark.parametrize("address", PAGES)
def test_a_chinese_page_holds_no_english(world: World, address: str):
    client = Client()
    client.force_login(world[SUN])
    spoken = words(client, address, "zh-CN")
    assert any(HAN.search(text) for text in spoken)
    assert [text for text in spoken if set(WORD.findall(text)) - SAME_IN_BOTH] == []
    assert [text for text in spoken if HALF_WIDTH.search(text)] == []


@pytest.mark.parametrize(("language", "foreign"), [("en", HAN), ("zh-CN", WORD)])
def test_signing_in_is_in_one_language(db: None, language: str, foreign: re.Pattern[str]):
    client = Client(headers={"accept-language": language})
    pages = [client.get("/sign-in/"), client.post("/sign-in/", {"username": "x", "password": "y"})]
    for page in pages:
        assert [text for text in Words(page.content.decode()).spoken if foreign.search(text)] == []
