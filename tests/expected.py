"""Who gets which status at an address: the words in which the matrix of permissions says it."""

from accounts.permissions import Role
from tests.cast import STRANGER

FINE, TO_SIGN_IN, UNKNOWN, ABSENT, FORBIDDEN, NOT_SIGNED_IN, NO_METHOD = 200, 302, 404, 404, 403, 401, 405
NOBODY = "nobody"
ROLES = [role.value for role in Role]
EVERYONE = [*ROLES, STRANGER]
WORKERS = [role for role in ROLES if role != Role.ADMINISTRATOR]


def everyone(status: int, *, otherwise: int) -> dict[str, int]:
    """Whoever is signed in gets `status`."""
    return {**dict.fromkeys(EVERYONE, status), NOBODY: otherwise}


def posted(status: int, *, otherwise: int, roles: list[str] = ROLES) -> dict[str, int]:
    """Whoever is posted in one of `roles` gets `status`; other postings are refused, a stranger finds nothing."""
    return {**dict.fromkeys(ROLES, FORBIDDEN), **dict.fromkeys(roles, status), STRANGER: ABSENT, NOBODY: otherwise}


def seen(status: int) -> dict[str, int]:
    """Who may see the record gets `status`; whoever else is signed in finds nothing."""
    return {**everyone(ABSENT, otherwise=TO_SIGN_IN), **dict.fromkeys(WORKERS, status)}


def in_the_village() -> dict[str, int]:
    """Those who work in the village act; who else sees the record may not, who does not see it finds nothing."""
    return seen(FORBIDDEN) | dict.fromkeys((Role.CASEWORKER.value, Role.CONVENER.value, Role.REVIEWER.value), FINE)


def assigning() -> dict[str, int]:
    """Reviewers and supervisors make somebody responsible; who else sees the household may not."""
    return seen(FORBIDDEN) | {Role.REVIEWER.value: FINE, Role.SUPERVISOR.value: FINE}


# Lists of the API whose rows carry a village.
PLACED = (
    "member",
    "member-condition",
    "case-event",
    "deadline",
    "plan",
    "measure",
    "income-survey",
    "guarantee-check",
    "finding",
    "visit",
    "warning",
    "conflict",
    "assignment",
    "notice",
)
REGISTERING = [role.value for role in (Role.CASEWORKER, Role.CONVENER, Role.REVIEWER, Role.CLIENT)]
EDITING = [*REGISTERING, Role.SUPERVISOR.value]
# Pages of one record, and acts on one, that nobody finds where there is none.
PAGES_OF_NONE = (
    "import", "import-progress", "import-faulty", "deadline-pause", "deadline-resume", "merge-undo",
    "measure", "measure-amend", "measure-photo", "assigned-end", "saved-view", "exports-file",
)  # fmt: skip
ACTS_ON_NONE = ("gate-waiver-withdraw", "standard-withdraw", "exports-cancel", "import-columns")
# Lists to which a row can be added, and rows that can be amended.
WRITTEN_TO = {
    "webhook-list", "export-list", "import-list", "measure-detail", "visit-list",
    "case-list", "plan-list", "measure-list", "assignment-list",
}  # fmt: skip
