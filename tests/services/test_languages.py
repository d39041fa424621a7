"""Every text exists in every language, with the same places to fill in."""

from __future__ import annotations

import json
import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from inspector.core.texts import thousands, tr
from inspector.services import languages
from inspector.services.languages import LANGUAGES, catalogue, choose_language, system_language
from inspector.services.resources import ResourceMissing, resource
from tests.helpers.shown_texts import shown_texts

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = sorted(set(LANGUAGES) - {"en"})


def places(text: str) -> list[str] | None:
    """What is filled into a text; ``None`` where it is shown as it is."""
    try:
        found = (name for _, name, _, _ in Formatter().parse(text))
        return sorted(name for name in found if name is not None)
    except ValueError:
        return None


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_is_left_untranslated(code: str) -> None:
    assert sorted(shown_texts() - set(catalogue(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_is_translated_that_is_no_longer_shown(code: str) -> None:
    assert sorted(set(catalogue(code)) - shown_texts()) == []


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_same_places(code: str) -> None:
    wrong = {k: v for k, v in catalogue(code).items() if places(k) != places(v)}
    assert wrong == {}


@pytest.mark.parametrize("code", OTHERS)
def test_translations_keep_the_blanks_at_both_ends(code: str) -> None:
    """Blanks are part of how texts are put together."""
    wrong = {
        k: v
        for k, v in catalogue(code).items()
        if not v.strip() or (k[0] == " ", k[-1] == " ") != (v[0] == " ", v[-1] == " ")
    }
    assert wrong == {}


OTHER_WORDS = {
    "거르": "필터", "애플리케이션": "응용 프로그램", "스냅숏": "스냅샷", "감사 기록": "감사 추적",
    "세요": "-십시오", "예요": "-입니다", "인수": "인자", "더블 클릭": "더블클릭",
}  # fmt: skip
"""Korean words that are not used, and what stands in their place."""


def test_korean_has_one_word_for_one_thing() -> None:
    wrong = {
        text: f"{word} → {right}"
        for text in catalogue("ko").values()
        for word, right in OTHER_WORDS.items()
        if word in text
    }
    assert wrong == {}


def test_korean_particles_fit_whatever_is_filled_in() -> None:
    """``을(를)`` and its like, since nobody knows how the value ends."""
    one_form = re.compile(r"(?<!\})\}[”’']?(을|를|이|가|은|는|과|와|으로|로|이나|나)(?=[\s.,)”]|$)")
    wrong = [
        text
        for text in catalogue("ko").values()
        if one_form.search(text) and "{side}" not in text  # A or B
    ]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_is_in_order(code: str) -> None:
    text = resource("translations", f"{code}.json").read_text(encoding="utf-8")
    keys = [key for key, _ in json.loads(text, object_pairs_hook=list)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "ko"}, "ko"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_session_says_which_language(environment: dict[str, str], code: str) -> None:
    assert system_language(environment) == code


def test_texts_and_numbers_follow_the_language() -> None:
    assert choose_language("ko") == "ko"
    assert tr("Cancel") == "취소"
    assert thousands(1_234_567) == "1,234,567"
    choose_language("en")
    assert tr("Cancel") == "Cancel"
    assert thousands(1234) == "1\u2009234"


def test_a_missing_catalogue_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*parts: str) -> Path:
        raise ResourceMissing("/".join(parts))

    monkeypatch.setattr(languages, "resource", missing)
    with pytest.raises(ResourceMissing):
        choose_language("ko")
