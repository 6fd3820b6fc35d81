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
