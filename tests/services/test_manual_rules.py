"""Every example of the manual's pages on expressions and rules, tried."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from inspector.core.expressions import FILTER_NAMES, UNKNOWN, Scope, compile_expression
from inspector.core.expressions.functions import FUNCTION_NAMES
from inspector.core.expressions.scope import ITEM_NAMES
from inspector.core.jsontext import to_json
from inspector.core.rules import RulesText, load_rules
from inspector.core.rules.verbs import VERBS

MANUAL = Path(__file__).parents[2] / "resources" / "manual" / "en"
EXPRESSIONS = (MANUAL / "expressions.md").read_text(encoding="utf-8")
RULES = (MANUAL / "rules.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (`.+`|unknown) \|$", EXPRESSIONS, re.MULTILINE)
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", RULES, re.MULTILINE | re.DOTALL)


def scope() -> Scope:
    (block,) = re.findall(r"^```json\n(.*?)^```$", EXPRESSIONS, re.MULTILINE | re.DOTALL)
    example = json.loads(block, parse_float=Decimal)
    made = Scope()
    made.data, made.state = example["data"], example["state"]
    return made


def test_there_are_examples() -> None:
    assert len(ROWS) > 35
    assert len(BLOCKS) > 6


@pytest.mark.parametrize(("text", "gives"), ROWS)
def test_expression(text: str, gives: str) -> None:
    found = compile_expression(text, FILTER_NAMES).run(scope())
    if gives == "unknown":
        assert found is UNKNOWN
    else:
        assert to_json(found) == gives.strip("`")


@pytest.mark.parametrize("block", BLOCKS)
def test_rules(block: str) -> None:
    text = block if block.startswith("format") else "format = 1\n" + block
    load_rules([RulesText("manual.rules.toml", text)])


def test_all_names_functions_and_steps_are_told() -> None:
    for name in (*FILTER_NAMES, *ITEM_NAMES):
        assert f"`{name}`" in EXPRESSIONS, name
    for name in FUNCTION_NAMES:
        assert re.search(rf"\b{name}\b", EXPRESSIONS.partition("## Functions")[2]), name
    for name in VERBS:
        assert f"`{name}" in RULES, name
