"""The environment of programs that are not ours.

A frozen program looks for its libraries in its own folder, and says so in its environment. Other
programs must not find them there: they have their own of the same names. What the environment was
before is kept under names that end in ``_ORIG``.
"""

from __future__ import annotations

import os
import sys

_PLACES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def child_environment() -> dict[str, str]:
    """The environment as it was before this program began, for a child that is not ours."""
    environment = dict(os.environ)
    if getattr(sys, "frozen", False):
        for name in _PLACES:
            before = environment.pop(f"{name}_ORIG", None)
            environment.pop(name, None)
            if before is not None:
                environment[name] = before
    return environment
