#!/usr/bin/env python
"""The project's commands; those that need the embedded servers find them running."""

import os
import sys

from config.commands import run

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(run(sys.argv))
