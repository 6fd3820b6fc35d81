"""The reference of environment variables."""

from config.env import VARIABLES
from config.references.markdown import code, table


def document() -> str:
    """Every variable, its default and its meaning."""
    rows = (
        (code(each.name), code(each.default), "yes" if each.required_in_production else "", each.meaning)
        for each in VARIABLES
    )
    return f"""# Environment variables

Read from the environment, which wins, or from the file `.env` in the project's folder. Declared in `config/env.py`;
`.env.example` holds the same. Where a variable is required in production and missing, nothing starts, and one sentence
names it.

{table(("variable", "default", "required in production", "meaning"), rows)}"""
