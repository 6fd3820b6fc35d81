"""The rules of data quality that the records of the registry can evaluate by themselves."""

from __future__ import annotations

from households.rules.quality.facts import HomeFacts
from households.rules.quality.homes import HOMES
from households.rules.quality.identification import IDENTIFICATION
from households.rules.quality.people import PEOPLE
from households.rules.quality.rule import Rule

RULES: tuple[Rule[HomeFacts], ...] = (*HOMES, *PEOPLE, *IDENTIFICATION)
