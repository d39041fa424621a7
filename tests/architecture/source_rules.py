"""Rules of the house that a program can check on source text.

Imports the standard library only. Each rule takes a parsed file and gives one line per breach,
so that a test can show all of them at once and another can break each rule on purpose.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_TEST_FILE = 700
MOST_LINES_OF_A_FUNCTION = 50
FEWEST_WORDS_OF_A_MODULE_DOCSTRING = 5

# Loading any of these can run code that somebody put into a store.
_EXECUTING_MODULES = frozenset({"cPickle", "cloudpickle", "dill", "marshal", "pickle", "shelve"})
_EXECUTING_CALLS = frozenset({"eval", "exec", "compile", "__import__"})
_EXECUTING_METHODS = frozenset({("yaml", "load"), ("yaml", "unsafe_load"), ("yaml", "full_load")})


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed Python file."""

    path: Path
    text: str
    tree: ast.Module


def read_sources(root: Path, folders: Iterable[str]) -> Iterator[Source]:
    """Parse every Python file below the given folders of `root`."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Source(path, text, ast.parse(text, str(path)))


def long_file(source: Source) -> Iterator[str]:
    """Files that have grown beyond what a reader can hold."""
    limit = MOST_LINES_OF_A_TEST_FILE if "tests" in source.path.parts else MOST_LINES_OF_A_FILE
    lines = len(source.text.splitlines())
    if lines > limit:
        yield f"{source.path}: {lines} lines, at most {limit}"


def long_functions(source: Source) -> Iterator[str]:
    """Functions longer than a screen, their docstring included."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield (
                    f"{source.path}:{node.lineno}: {node.name} has {lines} lines, "
                    f"at most {MOST_LINES_OF_A_FUNCTION}"
                )


def missing_module_docstring(source: Source) -> Iterator[str]:
    """Modules that do not say what they are for."""
    words = (ast.get_docstring(source.tree) or "").split()
    if len(words) < FEWEST_WORDS_OF_A_MODULE_DOCSTRING:
        yield f"{source.path}: the module does not say what it is for"


def standard_library_name(source: Source) -> Iterator[str]:
    """Modules named like one of the standard library."""
    name = source.path.stem
    if name in sys.stdlib_module_names and not name.startswith("__"):
        yield f"{source.path}: the standard library has a module of this name"


def executes_data(source: Source) -> Iterator[str]:
    """Imports and calls with which a store's bytes could run as code."""
    for node in ast.walk(source.tree):
        for name in _dangerous_names(node):
            yield f"{source.path}:{node.lineno}: {name} can run what a store holds"


def _dangerous_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (one.name for one in names if _root(one.name) in _EXECUTING_MODULES)
        case ast.ImportFrom(module=str(module)) if _root(module) in _EXECUTING_MODULES:
            yield module
        case ast.Call(func=ast.Name(id=name)) if name in _EXECUTING_CALLS:
            yield name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if (
            owner,
            name,
        ) in _EXECUTING_METHODS:
            yield f"{owner}.{name}"
        case _:
            pass


def _root(module: str) -> str:
    return module.partition(".")[0]
