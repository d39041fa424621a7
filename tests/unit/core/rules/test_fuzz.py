"""Rules files with random damage are refused with a place, or do what they say; nothing crashes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from inspector.core.events import StreamId
from inspector.core.rules import (
    RulesChain,
    RuleSet,
    RulesFolder,
    RulesInvalid,
    RulesText,
    load_rules,
)
from tests.unit.core.rules.building import event

ROOT = Path(__file__).parents[4]
FILES = [
    ROOT / "resources" / "sample" / "sample-shop.rules.toml",
    ROOT / "tests" / "layouts" / "data" / "protean" / "bank" / "bank.rules.toml",
    ROOT / "tests" / "layouts" / "data" / "rotorsoft_act" / "sqlite" / "bank.rules.toml",
]
PIECES = (
    "'", '"', "[", "]", "{", "}", "=", ".", "1", "true", "null", "data.x", "state", "item", "each",
    "become", "\n", "[[upcast]]\n", "drop", "split", "(", ")", "\\", "*", "999999999999", "nan",
    "2024-01-01", '"null"', "from = 1\n",
)  # fmt: skip
PAYLOADS = ({}, {"x": 1, "amount": "5", "lines": [1, {"sku": "a"}], "customer": "c"}, None, [1])


def damaged(text: str, rng: Random) -> str:
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(len(text))
        if rng.random() < 0.4:
            text = text[:place] + text[place + rng.randint(1, 8) :]
        else:
            text = text[:place] + rng.choice(PIECES) + text[place:]
    return text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.parent.name)
def test_damaged_files(path: Path) -> None:
    whole = path.read_text(encoding="utf-8")
    loaded = 0
    for seed in range(80):
        text = damaged(whole, Random(seed))  # noqa: S311
        rules = read(text)
        if isinstance(rules, RulesInvalid):
            lines = text.count("\n") + 2
            assert all(1 <= p.line <= lines and p.column >= 1 for p in rules.problems), seed
            continue
        loaded += 1
        names = [name for a in rules.aggregates for name in a.handlers][:8]
        fold = RulesFolder(rules, StreamId("account-1", "bank")).begin()
        for name in names:
            for payload in PAYLOADS:
                one = event(name, payload)
                fold.feed_one(one)
                RulesChain(rules).trace(one)
        assert fold.frame().count == len(names) * len(PAYLOADS)
    assert loaded


def read(text: str) -> RuleSet | RulesInvalid:
    try:
        return load_rules([RulesText("fuzz.rules.toml", text)])
    except RulesInvalid as error:
        return error
