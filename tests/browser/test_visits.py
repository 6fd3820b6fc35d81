"""Logging a visit on a phone: with fingers, with the keyboard alone, without a signal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from households.models import Household, Visit
from tests.browser.conftest import Site
from tests.browser.test_accessibility import AXE, found
from tests.browser.visiting import PHONE, heard, overflow, signed_in
from tests.cast import VILLAGE

pytestmark = pytest.mark.browser
A_MINUTE = 60
# Notes how many bytes the first photo of a form has when it leaves the device.
WEIGH = """
    const send = window.fetch;
    window.fetch = (address, options) => {
        sessionStorage.photo = options.body.get("photos").size;
        return send(address, options);
    };
"""


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """The caseworker's phone, which knows where it is."""
    context = signed_in(
        browser,
        site.address,
        site.caseworker,
        "en",
        viewport=PHONE,
        has_touch=True,
        geolocation={"latitude": 36.736354, "longitude": 103.2609, "accuracy": 15},
        permissions=["geolocation"],
    )
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


@pytest.fixture
def home(site: Site) -> Household:
    return Household.objects.under(VILLAGE).order_by("pk").first()


def photo(folder: Path) -> Path:
    """A photo as large as a phone takes it."""
    path = folder / "photo.jpg"
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(path, "JPEG", quality=95)
    return path


def test_a_visit_is_logged_in_under_a_minute(phone: Page, site: Site, home: Household, tmp_path: Path):
    faults = heard(phone, site.address)
    phone.add_init_script(WEIGH)
    phone.goto(f"/households/{home.pk}/")
    started = time.monotonic()
    phone.get_by_role("link", name="Log a visit").click()
    buttons = phone.get_by_role("button", name="All fine")
    expect(buttons).to_have_count(3)
    for button in buttons.all():
        button.click()
    phone.locator("#id_findings").fill("The roof leaks.")
    taken = photo(tmp_path)
    phone.locator("#id_photos").set_input_files(taken)
    canvas = phone.locator("#signature-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    phone.mouse.move(box["x"] + 20, box["y"] + 40)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    phone.mouse.up()
    phone.locator("#position-take").click()
    expect(phone.locator("#position-told")).to_contain_text("36.73635")
    phone.get_by_role("button", name="Save the visit").click()
    phone.wait_for_url("**/visits/*/")
    assert time.monotonic() - started < A_MINUTE
    kept = Visit.objects.order_by("-received_at").first()
    assert (kept.household, kept.findings, float(kept.latitude)) == (home, "The roof leaks.", 36.736354)
    assert sum(len(found) for found in kept.answers.values()) == 18
    assert (kept.photos.get().width, bool(kept.signature)) == (1600, True)
    assert 0 < int(phone.evaluate("sessionStorage.photo")) < taken.stat().st_size
    assert faults == []


def test_the_form_fits_a_phone_and_axe_finds_nothing_in_it(phone: Page, home: Household):
    phone.goto(f"/households/{home.pk}/visit/")
    for part in phone.locator("details.visit-part > summary").all():
        part.click()
    assert overflow(phone) == 0
    assert found(phone) == []


def test_after_a_fault_everything_is_still_there(phone: Page, home: Household, tmp_path: Path):
    before = Visit.objects.count()
    phone.goto(f"/households/{home.pk}/visit/")
    phone.locator("#id_findings").fill("The roof leaks.")
    phone.locator("#id_photos").set_input_files(photo(tmp_path))
    phone.locator("#id_happened_at").fill("2099-01-01T10:00")
    phone.get_by_role("button", name="Save the visit").click()
    expect(phone.get_by_role("alert")).to_contain_text("lies in the future")
    assert phone.locator("#id_findings").input_value() == "The roof leaks."
    assert phone.locator("#id_photos").evaluate("input => input.files.length") == 1
    assert Visit.objects.count() == before


def test_without_a_signal_nothing_is_lost_and_the_visit_comes_once(phone: Page, home: Household):
    before = Visit.objects.count()
    phone.goto(f"/households/{home.pk}/visit/")
    phone.locator("#id_findings").fill("The roof leaks.")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save the visit").click()
    expect(phone.get_by_role("alert")).to_contain_text("could not be sent")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Save the visit").click()
    phone.wait_for_url("**/visits/*/")
    assert Visit.objects.count() == before + 1


def test_the_keyboard_alone_answers_signs_and_saves(phone: Page, home: Household):
    phone.goto(f"/households/{home.pk}/visit/")
    first = phone.locator("input[name='answer.must_see.housing']").first
    first.focus()
    phone.keyboard.press("Space")
    phone.locator("#id_signed_name").focus()
    phone.keyboard.type("Zhang San")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/visits/*/")
    kept = Visit.objects.order_by("-received_at").first()
    assert (kept.signed_name, kept.answers) == ("Zhang San", {"must_see": {"housing": "fine"}})
