"""Open the account of an administrator: the first one, from which all others follow."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import technical_site, users
from accounts.permissions import Role
from common.commands import FINE, CouldNotRun, ServiceCommand, password_for
from common.moments import day_of
from households.models import Division
from households.operations import people


class Command(ServiceCommand):
    """The password is asked for, or read from stdin; an account that exists is left alone."""

    help = "Open an account and post it as administrator to a division and all below it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--username", required=True, help="name to sign in with")
        parser.add_argument("--full-name", required=True, help="name of the person")
        parser.add_argument("--division", required=True, help="code, for example 6201")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from stdin, one line")
        parser.add_argument(
            "--technical-site",
            action="store_true",
            help="admit to /admin/ as well, where all records can be seen, accounts opened and postings given",
        )

    def run(self, **options: Any) -> int:
        division = Division.objects.filter(pk=options["division"]).first()
        if division is None:
            raise CouldNotRun(f"Division {options['division']} is not known. Import it first with import_divisions.")
        system = users.system_account()
        person = _checked(User(username=options["username"], full_name=options["full_name"]))
        hashed = make_password(password_for(person, from_stdin=options["password_stdin"]))
        now = timezone.now()
        with transaction.atomic():
            user = users.open_account(
                username=person.username, full_name=person.full_name, hashed_password=hashed, by=system, at=now
            )
            people.post_from_console(
                user=user, role=Role.ADMINISTRATOR, division=division, starts_on=day_of(now), by=system, at=now
            )
            if options["technical_site"]:
                technical_site.admit(user=user, by=system, at=now)
        self.stdout.write(f"{user.username} is administrator of {division} ({division.code}).")
        return FINE


def _checked(person: User) -> User:
    if User.objects.filter(username=person.username).exists():
        raise CouldNotRun(
            f"There is an account {person.username} already. Choose another name; "
            f"a forgotten password is set anew with: manage.py change_password --username {person.username}"
        )
    try:
        person.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise CouldNotRun(" ".join(error.messages)) from error
    return person
