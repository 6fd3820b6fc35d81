"""Reading pages as somebody who is signed in."""

from __future__ import annotations

import csv
import io
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from accounts.permissions import Role


class Page(HTMLParser):
    """What a test reads of a page: its links with their text, its table rows, and everything that is inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.rows: list[list[str]] = []
        self.inline: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.inline += [tag] * (tag == "style" or (tag == "script" and "src" not in found))
        self._open = [*self._open, (tag, found)][-20:]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        names = [tag for tag, _attributes in self._open]
        if names and names[-1] == "a":
            address = self._open[-1][1].get("href") or ""
            self.links[address] = self.links.get(address, "") + data.strip()
        if {"td", "th"} & set(names) and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in which `user` is signed in and reads that language."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def signs_in(client: Client, username: str, password: str) -> bool:
    """Whether the page of signing in takes that name and password; whoever was signed in before is signed out."""
    client.logout()
    return client.post("/sign-in/", {"username": username, "password": password}).status_code == 302


def posted_to(division: str, role: Role = Role.SUPERVISOR) -> User:
    """A new user with one posting."""
    user = User.objects.create(username=f"{role}.{division}")
    user.postings.create(role=role.value, division_id=division, starts_on=date(2020, 1, 1))
    return user


def read(client: Client, address: str, parameters: dict[str, str] | None = None) -> Page:
    """The page at an address."""
    answer = client.get(address, parameters)
    assert answer.status_code == 200
    return Page(answer.content.decode())


def file_of(client: Client, listed: str, state: dict[str, str], *columns: str) -> list[list[str]]:
    """The rows of the file of a list in that state of its page, its heading first."""
    form = {"list": listed, "state": urlencode(state), "columns": columns, "format": "csv", "purpose": "抽查"}
    answer = client.post("/exports/", form)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
