"""The languages of the program: which there are, which the system asks for, and choosing one.

A catalogue is a file of English texts and what they are called in the other language. A text
that it lacks is shown in English; a test sees to it that none is lacking.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from inspector.core.texts import THIN_SPACE, use_language
from inspector.services.resources import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = {"en": "English", "ko": "한국어"}
"""Languages by their code, each in its own words."""

SEPARATORS: Final = {"en": THIN_SPACE, "ko": ","}
"""What stands between thousands."""


_chosen: Final = ["en"]


def current_language() -> str:
    """The language that was chosen last."""
    return _chosen[-1]


def system_language(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the session asks for, English where it is none of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = environment.get(name, "")
        if wanted:
            code = wanted.partition("_")[0].partition(".")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"


def catalogue(code: str) -> dict[str, str]:
    """Texts of a language by the English ones; nothing for English itself.

    Raises:
        ResourceMissing: this installation is not complete.
    """
    if code == "en":
        return {}
    text = resource("translations", f"{code}.json").read_text(encoding="utf-8")
    texts: dict[str, str] = json.loads(text)
    return texts


def choose_language(code: str | None = None) -> str:
    """Show every text in a language from now on; returns which.

    Args:
        code: the language; ``None`` is the system's.

    Raises:
        ResourceMissing: this installation is not complete.
    """
    chosen = code if code in LANGUAGES else system_language()
    texts = catalogue(chosen)
    _chosen[:] = [chosen]
    use_language(lambda text: texts.get(text, text), SEPARATORS[chosen])
    return chosen
