"""Check the records against the rules of data quality and keep what is found."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone

from assistance.operations import quality
from assistance.rules.quality.catalogue import RULES
from common.commands import DIFFERENCES, FINE
from common.moments import day_of
from common.tables import render
from households.management.placed import PlacedCommand
from households.models import Finding
from households.rules.quality.rule import BLOCK


class Command(PlacedCommand):
    """Exit status 0: nothing blocks a decision; 1: a finding that blocks stands."""

    help = "Check the records against the rules of data quality, keep the findings, and count those that stand."

    def run(self, **options: Any) -> int:
        division = self.place(options)
        now = timezone.now()
        checked = quality.check(under=division, on=day_of(now), at=now)
        rows = Finding.objects.standing().under(division) if division else Finding.objects.standing()
        standing = list(rows.values_list("rule", "severity").annotate(number=Count("pk")).order_by("-number", "rule"))
        if options["format"] == "json":
            told = [{"rule": rule, "severity": severity, "findings": number} for rule, severity, number in standing]
            counts = {"checked": checked.households, "opened": checked.opened, "closed": checked.closed}
            self.print_json({**counts, "standing": told})
        else:
            self.stdout.write(
                f"{checked.households} households checked, {checked.opened} findings opened, {checked.closed} closed."
            )
            lines = [(rule, severity, str(number), RULES[rule].name.en) for rule, severity, number in standing]
            self.stdout.write(render(("rule", "severity", "findings", "what it finds"), lines))
        return DIFFERENCES if any(severity == BLOCK for _rule, severity, _number in standing) else FINE
