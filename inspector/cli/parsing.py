"""Reading the arguments: what argparse does, with plain sentences for every mistake.

A mistake is an :class:`InputInvalid` like any other wrong input, so that it gets its exit code,
its hint and, with ``--json``, its object. Options are never abbreviated: a script must not
change its meaning when an option is added.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.languages import LANGUAGES

if TYPE_CHECKING:
    from argparse import _ArgumentGroup as Group
    from argparse import _MutuallyExclusiveGroup as Exclusive

PROGRAM: Final = "event-inspector"
_HELP: Final = ("-h", "--help")
_NO_OPTION: Final = "\0"

_MISSING: Final = re.compile(r"the following arguments are required: (.+)", re.DOTALL)
_UNKNOWN: Final = re.compile(r"unrecognized arguments: (.+)", re.DOTALL)
_NO_VALUE: Final = re.compile(r"argument (.+?): expected (?:one|at least one) argument")
_NOT_BOTH: Final = re.compile(r"argument (.+?): not allowed with argument (.+)")
_NO_VALUE_TAKEN: Final = re.compile(r"argument (.+?): ignored explicit argument .*", re.DOTALL)


class HelpAsked(Exception):
    """Somebody asked for help; ``text`` is it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"{PROGRAM} {command}".strip(),
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        self.main = self.group(tr("Arguments and options"))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call.

        Raises:
            InputInvalid: always.
        """
        message = message.replace(_NO_OPTION, "")
        known = [word for action in self._actions for word in action.option_strings]
        text, hint = _sentence(message, known)
        raise InputInvalid(text, hint=hint or tr("{program} --help says more.", program=self.prog))

    def group(self, title: str) -> Group:
        """A part of the help with a heading."""
        return self.add_argument_group(title)

    def add_general(self, group: Group) -> None:
        """Add ``--lang`` and ``--help``."""
        read = one_of("--lang", tuple(LANGUAGES))
        text = tr("language of the texts")
        group.add_argument("--lang", metavar="en|ko", type=read, help=text)
        text = tr("say this and end")
        group.add_argument(*_HELP, dest="help", action="store_true", help=text)

    def call(self) -> str:
        """How the command is called, on one line."""
        return " ".join(self.format_usage().removeprefix(tr("Usage: ")).split())

    def described(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Every part of the help: its heading, and each argument as it is written with its text."""
        for group in self._action_groups:
            actions = group._group_actions  # noqa: SLF001 - there is no other way to them
            rows = [(_written(action), action.help or "") for action in actions]
            if rows:
                yield group.title or "", rows

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read the arguments; options may stand before, between and after the others.

        Raises:
            HelpAsked: that is all that was wanted.
            InputInvalid: something is wrong with them.
        """
        words = list(arguments)
        options = words[: words.index("--")] if "--" in words else words
        if any(word in _HELP for word in options):
            raise HelpAsked(self.format_help())
        # Reading options between other arguments, argparse forgets what "--" meant: a word after
        # it gets a mark that no argument of a process can hold, so that it is none of the options.
        marked = [_NO_OPTION + word for word in words[len(options) + 1 :]]
        read = self.parse_intermixed_args([*options, *marked])
        for name, value in vars(read).items():
            setattr(read, name, _unmarked(value))
        return read


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(one) for one in value]
    return value.removeprefix(_NO_OPTION) if isinstance(value, str) else value


def _written(action: argparse.Action) -> str:
    """An argument as people write it: ``-o FILE, --output FILE``."""
    value = action.metavar if isinstance(action.metavar, str) else ""
    if not action.option_strings:
        return value or action.dest
    return ", ".join(f"{word} {value}".strip() for word in action.option_strings)


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Exclusive],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, tr("Usage: ") if prefix is None else prefix)


class Refused(argparse.Action):
    """An option of the contract that this version does not have."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> NoReturn:
        """Refuse it by name."""
        raise InputInvalid(tr("{option} is not part of this version.", option=option_string))


def _sentence(message: str, known: Sequence[str]) -> tuple[str, str]:
    """What argparse said, as a sentence of ours and a hint."""
    if found := _MISSING.fullmatch(message):
        return tr("{names} is missing.", names=found[1]), ""
    if found := _UNKNOWN.fullmatch(message):
        word = found[1].split(" ")[0]
        near = difflib.get_close_matches(word.split("=")[0], known, 1)
        hint = tr("Did you mean {word}?", word=near[0]) if near else ""
        return tr("“{words}” is not known here.", words=found[1]), hint
    if found := _NO_VALUE.fullmatch(message):
        return tr("{option} needs a value.", option=found[1]), ""
    if found := _NOT_BOTH.fullmatch(message):
        return tr("{one} and {other} exclude each other.", one=found[1], other=found[2]), ""
    if found := _NO_VALUE_TAKEN.fullmatch(message):
        return tr("{option} takes no value.", option=found[1]), ""
    return tr("The call is wrong: {reason}.", reason=message), ""


# -- kinds of values ------------------------------------------------------------------------


def whole_number(option: str, *, least: int | None = None) -> Callable[[str], int]:
    """A whole number of any length, perhaps not below ``least``."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise InputInvalid(
                tr("{option} needs a whole number, not “{text}”.", option=option, text=text)
            ) from None
        if least is not None and number < least:
            raise InputInvalid(tr("{option} must be at least {n}.", option=option, n=least))
        return number

    return read


def one_of(option: str, words: Sequence[str]) -> Callable[[str], str]:
    """One of some words."""

    def read(text: str) -> str:
        if text in words:
            return text
        near = difflib.get_close_matches(text, words, 1)
        hint = tr("Did you mean {word}?", word=near[0]) if near else ""
        raise InputInvalid(
            tr(
                "{option} must be one of {words}, not “{text}”.",
                option=option,
                words=", ".join(words),
                text=text,
            ),
            hint=hint,
        )

    return read


def picture_size(text: str) -> tuple[int, int]:
    """``1280x800`` as two numbers."""
    found = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text.strip(), re.ASCII)
    if found is None or not all(100 <= int(part) <= 16_384 for part in found.groups()):
        raise InputInvalid(
            tr("--size needs width and height in pixels, not “{text}”.", text=text),
            hint=tr("Write it like 1280x800; each from 100 to 16384."),
        )
    return int(found[1]), int(found[2])
