"""The navigation: what each role may open, with the scope carried on, and where the reader is."""

from __future__ import annotations

from accounts.permissions import GRANTS, Permission, Role
from reports.navigation import ENTRIES, TASKS, Task, tasks

CARRIED = {"division": "6201", "as_of": "2022-09-05"}


def addresses(found: list[Task]) -> dict[str, str]:
    """The links by their English names."""
    return {link.name.en: link.address for task in found for link in task.links}


def test_every_entry_belongs_to_a_task_and_every_code_is_unique():
    codes = [entry.code for entries in ENTRIES.values() for entry in entries]
    assert list(ENTRIES) == list(TASKS)
    assert len(codes) == len(set(codes))


def test_who_holds_no_permission_sees_nothing():
    assert tasks(frozenset(), "/", CARRIED) == []


def test_a_role_sees_exactly_the_entries_that_its_permissions_open():
    for role in Role:
        permitted = GRANTS[role]
        seen = addresses(tasks(permitted, "/", {}))
        wanted = {
            entry.name.en
            for entries in ENTRIES.values()
            for entry in entries
            if entry.is_open_to(permitted) and not entry.is_technical
        }
        assert set(seen) == wanted
        assert "Overview" in seen


def test_links_carry_the_scope_on_where_the_page_has_one():
    seen = addresses(tasks(frozenset(Permission), "/", CARRIED, is_superuser=True))
    assert seen["Overview"] == "/?division=6201&as_of=2022-09-05"
    assert (seen["People"], seen["Technical site"]) == ("/people/", "/admin/")


def test_technical_pages_are_for_superusers_only():
    assert "Technical site" not in addresses(tasks(frozenset(Permission), "/", CARRIED))


def test_the_list_behind_a_figure_belongs_to_the_overview():
    for path, is_here in (("/", True), ("/figures/elimination.rate/", True), ("/profile/", False)):
        overview = tasks(frozenset({Permission.VIEW_FIGURES}), path, {})[0].links[0]
        assert overview.is_here is is_here


def test_a_task_leads_to_its_first_page_and_knows_whether_the_reader_is_in_it():
    found = {task.code: task for task in tasks(GRANTS[Role.SUPERVISOR], "/reconciliations/", {})}
    assert (found["reports"].title, found["reports"].is_here) == (str(TASKS["reports"]), True)
    assert (found["overview"].title, found["overview"].is_here) == (str(TASKS["overview"]), False)
    assert found["reports"].links[0].address == "/indicators/"


def test_who_manages_divisions_or_takes_cases_over_may_send_files():
    for role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.CASEWORKER):
        assert addresses(tasks(GRANTS[role], "/", {}))["Import"] == "/imports/"
    assert "Import" not in addresses(tasks(GRANTS[Role.APPROVER], "/", {}))
