"""A client that follows the feed of changes, as the tests of exchange have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User


def reading(user: User) -> APIClient:
    """A client that signs in by token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user)[1]}")
    return client


class Store:
    """What a client keeps: it applies entries one after the other, and knows nothing but the feed."""

    def __init__(self, client: APIClient, **asked: Any) -> None:
        self.client, self.asked = client, asked
        self.records: dict[str, dict[str, Any]] = {}
        self.versions: dict[tuple[str, str], tuple[str, int]] = {}
        self.cursor = ""

    def pages(self) -> Iterator[dict[str, Any]]:
        """Pages from where the store stands until nothing more is there."""
        while True:
            asked = self.asked | ({"cursor": self.cursor} if self.cursor else {})
            answer = self.client.get("/api/v1/changes", asked)
            assert answer.status_code == 200, answer.content
            page = answer.json()
            self.cursor = page["cursor"]
            yield page
            if not page["has_more"]:
                return

    def follow(self) -> list[dict[str, Any]]:
        """Take all that is new; gives the entries."""
        entries = [entry for page in self.pages() for entry in page["results"]]
        for entry in entries:
            self.take(entry)
        return entries

    def take(self, entry: dict[str, Any]) -> None:
        """Keep what an entry tells."""
        kind, key = entry["kind"], entry["id"]
        if entry["record"] is None:
            self.records.get(kind, {}).pop(key, None)
            self.versions.pop((kind, key), None)
        else:
            self.records.setdefault(kind, {})[key] = entry["record"]
            self.versions[kind, key] = entry["village"], entry["version"]
