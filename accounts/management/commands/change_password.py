"""Give an account another password from the console: for who has forgotten it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.operations import users
from common.commands import FINE, CouldNotRun, ServiceCommand, password_for


class Command(ServiceCommand):
    """The password is asked for, or read from stdin; the change stands in the audit trail, the password does not."""

    help = "Give an account another password."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--username", required=True, help="name that the account signs in with")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from stdin, one line")

    def run(self, **options: Any) -> int:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CouldNotRun(f"There is no account {options['username']}. Check how the name is written.")
        if user.is_system:
            raise CouldNotRun(f"{user.username} acts for the product itself, and nobody signs in with it.")
        hashed = make_password(password_for(user, from_stdin=options["password_stdin"]))
        users.change_password(user=user, hashed_password=hashed, by=users.system_account(), at=timezone.now())
        self.stdout.write(f"{user.username} has another password.")
        return FINE
