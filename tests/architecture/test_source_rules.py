"""The source keeps the rules of the house, and each rule notices when it is broken."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.architecture import source_rules as rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[rules.Source], Iterator[str]]

ROOT = Path(__file__).resolve().parents[2]
EVERYWHERE = ("inspector", "tests", "resources", "packaging")
PRODUCT = ("inspector",)


@pytest.mark.parametrize(
    ("rule", "folders"),
    [
        (rules.long_file, EVERYWHERE),
        (rules.long_functions, EVERYWHERE),
        (rules.missing_module_docstring, EVERYWHERE),
        (rules.standard_library_name, PRODUCT),
        (rules.executes_data, PRODUCT),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_source_keeps_the_rule(rule: Rule, folders: tuple[str, ...]) -> None:
    sources = list(rules.read_sources(ROOT, folders))
    assert sources
    breaches = [line for source in sources for line in rule(source)]
    assert not breaches, "\n".join(breaches)


def _source(text: str, name: str = "module.py") -> rules.Source:
    return rules.Source(Path("inspector") / name, text, ast.parse(text))


def _lines(count: int) -> str:
    return "    x = 1\n" * count


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (rules.long_file, _source("x = 1\n" * 501)),
        (rules.long_functions, _source("def f():\n" + _lines(50))),
        (rules.long_functions, _source("async def f():\n" + _lines(50))),
        (rules.long_functions, _source("class A:\n    def f(self):\n" + "        x = 1\n" * 50)),
        (rules.missing_module_docstring, _source("x = 1\n")),
        (rules.missing_module_docstring, _source('"""Too short."""\n')),
        (rules.standard_library_name, _source("", "types.py")),
        (rules.executes_data, _source("import pickle\n")),
        (rules.executes_data, _source("from marshal import loads\n")),
        (rules.executes_data, _source("eval('1')\n")),
        (rules.executes_data, _source("import yaml\nyaml.load('1')\n")),
    ],
)
def test_rule_notices_a_breach(rule: Rule, source: rules.Source) -> None:
    assert list(rule(source))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (rules.long_file, _source("x = 1\n" * 500)),
        (rules.long_functions, _source("def f():\n" + _lines(49))),
        (rules.missing_module_docstring, _source('"""What this module is there for."""\n')),
        (rules.standard_library_name, _source("", "__main__.py")),
        (
            rules.executes_data,
            _source("import json\nimport re\nre.compile('x')\njson.loads('1')\n"),
        ),
    ],
)
def test_rule_accepts_what_is_right(rule: Rule, source: rules.Source) -> None:
    assert not list(rule(source))
