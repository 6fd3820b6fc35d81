"""Take the second factor from an account on the console: for an administrator who has lost phone and codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.operations import second_factors, users
from common.commands import FINE, CouldNotRun, ServiceCommand
from common.refusals import Conflict


class Command(ServiceCommand):
    """The password alone signs in afterwards; the act stands in the audit trail."""

    help = "Take the second factor from an account whose owner has lost it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--username", required=True, help="name that the account signs in with")

    def run(self, **options: Any) -> int:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CouldNotRun(f"There is no account {options['username']}. Check how the name is written.")
        try:
            second_factors.reset(user=user, by=users.system_account(), at=timezone.now())
        except Conflict as refusal:
            raise CouldNotRun(str(refusal)) from refusal
        self.stdout.write(f"{user.username} signs in by the password alone.")
        return FINE
