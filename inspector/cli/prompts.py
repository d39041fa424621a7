"""Asking for a password, a key or a name, on a terminal only; secrets are not shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from inspector.cli.paint import is_terminal
from inspector.cli.plain import plain_line
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.cli.interrupts import Interrupts
    from inspector.cli.output import Output


class Place(Protocol):
    """An address that can be shown."""

    @property
    def display(self) -> str:
        """The address without a password."""


class Prompts:
    """Asks the person in front of the terminal, if there is one."""

    def __init__(self, output: Output, interrupts: Interrupts) -> None:
        self._output = output
        self._interrupts = interrupts

    def password(self, address: Place) -> str | None:
        """The password of a server; ``None`` where nobody can be asked."""
        return self._asked(tr("Password for {place}: ", place=plain_line(address.display)))

    def key(self, name: str) -> str:
        """A decryption key as base64 text.

        Raises:
            InputInvalid: nobody can be asked.
        """
        typed = self._asked(tr("Key {name} (base64): ", name=plain_line(name)))
        if not typed:
            raise InputInvalid(
                tr("The key {name} was not given.", name=name),
                hint=tr("A key can be asked for only on a terminal; elsewhere use env: or file:."),
            )
        return typed

    def visible(self, question: str) -> str | None:
        """What somebody types, shown while it is typed; ``None`` where nobody can be asked."""
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            return None
        self._output.progress.hide()
        with self._interrupts.asking():
            sys.stderr.write(plain_line(question))
            sys.stderr.flush()
            return sys.stdin.readline().strip() or None

    def _asked(self, question: str) -> str | None:
        from getpass import getpass  # noqa: PLC0415 - seldom needed

        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            return None
        self._output.progress.hide()
        with self._interrupts.asking():
            try:
                return getpass(question, stream=sys.stderr) or None
            except EOFError:  # the terminal was closed, or Ctrl+D
                return None
