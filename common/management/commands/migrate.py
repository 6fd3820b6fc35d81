"""`migrate` as the role that owns the schema, with what the application's role may do."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand

from common.database import as_owner, grant_after_migrating, grant_before_migrating


class Command(DjangoCommand):
    """Django's own command between the grants."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates the database named by `--database`."""
        alias = options["database"]
        reads_only = options["check_unapplied"] or options["plan"]
        with as_owner(alias):
            if not reads_only:
                grant_before_migrating(alias)
            super().handle(*args, **options)
            if not reads_only:
                grant_after_migrating(alias)
