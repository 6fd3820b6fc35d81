"""The reference of roles and permissions."""

from accounts.permissions import GRANTS, ROLES, Permission
from config.references.markdown import code, table


def document() -> str:
    """What each role may do in the division of a posting and all below it."""
    header = ("permission", *(f"{name.zh}<br>{name.en}" for name in ROLES.values()))
    granted = ((code(each), *("●" if each in GRANTS[role] else "" for role in ROLES)) for each in Permission)
    return f"""# Roles and permissions

A user holds a role by a *posting*: user × role × division × days. It reaches that division and all below it, and
nothing else gives any permission. Declared in `accounts/permissions.py`; asked by `households/access.py`.

{table(("role", "中文", "English"), ((code(role), name.zh, name.en) for role, name in ROLES.items()))}
{table(header, granted)}"""
