"""Options that commands share, and the store request that follows from them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from inspector.cli.parsing import whole_number
from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

if TYPE_CHECKING:
    from argparse import Namespace

    from inspector.cli.parsing import Parser
    from inspector.cli.prompts import Prompts
    from inspector.services.open_store import OpenRequest
    from inspector.services.store_form import KeyEntry


def add_store(parser: Parser, *, optional: bool = False) -> None:
    """Add ``STORE``."""
    parser.main.add_argument(
        "store",
        metavar="STORE",
        nargs="?" if optional else None,
        help=tr("path of an SQLite file, postgresql://user@host/database, or service=NAME"),
    )


def add_store_options(parser: Parser) -> None:
    """Add what says how a store is opened and recognised."""
    group = parser.group(tr("How the store is opened"))
    text = tr("events table, where a database holds several stores")
    group.add_argument("--table", metavar="NAME", help=text)
    group.add_argument("--schema", metavar="NAME", help=tr("look only in this PostgreSQL schema"))
    text = tr("overrule recognition; the command layouts lists the names")
    group.add_argument("--layout", metavar="NAME", help=text)
    group.add_argument("--map", metavar="FILE", help=tr("a file that names the columns"))
    text = tr("reach the server through this SSH server: user@host, user@host:port or an alias")
    group.add_argument("--ssh", metavar="HOST", default="", help=text)
    text = tr("private key for --ssh; the agent's keys and your SSH configuration by default")
    group.add_argument("--ssh-key", metavar="FILE", default="", help=text)
    text = tr("decryption key: env:VARIABLE, file:PATH, prompt, or its base64 text; repeatable")
    group.add_argument("--key", metavar="NAME=SOURCE", action="append", default=[], help=text)
    text = tr("open single values with the keys that the store itself keeps for them")
    group.add_argument("--use-store-keys", action="store_true", help=text)
    text = tr("schemas of the payloads: .avsc, descriptor set, folder or list; repeatable")
    group.add_argument("--schema-file", metavar="FILE", action="append", default=[], help=text)
    text = tr("read a private copy, so that not even an index file is touched")
    group.add_argument("--touch-nothing", action="store_true", help=text)
    text = tr("read views and foreign tables, too; their owner's code may run then")
    group.add_argument("--allow-views", action="store_true", help=text)
    text = tr("a rules file: names, versions, upcasts and exact state; repeatable")
    group.add_argument("--rules", metavar="FILE", action="append", default=[], help=text)
    text = tr("the application's own fold: a JavaScript projection (.js), or a command that runs")
    group.add_argument("--replayer", metavar="COMMAND", default="", help=text)


def add_output_options(parser: Parser, *, limit: str = "") -> None:
    """Add what says how results are written; ``limit`` says what ``--limit`` counts."""
    group = parser.group(tr("How results are written"))
    if limit:
        group.add_argument(
            "--limit", metavar="N", type=whole_number("--limit", least=1), help=limit
        )
    group.add_argument("--json", action="store_true", help=tr("one JSON object per line"))
    parser.add_general(group)


def store_request(options: Namespace, prompts: Prompts) -> OpenRequest:
    """What the options say about the store, for a command that may ask on the terminal.

    Raises:
        InputInvalid: the map file or a key cannot be read.
    """
    request = window_store_request(options, prompts)
    return replace(request, options=replace(request.options, password=prompts.password))


def window_store_request(options: Namespace, prompts: Prompts) -> OpenRequest:
    """The same for the window, which asks for passwords itself."""
    _refuse_case_file(options.store)
    # Loading the services takes longer than reading the arguments.
    from inspector.services.store_form import StoreForm, request_of  # noqa: PLC0415

    form = StoreForm(
        address=_address(options),
        schema=options.schema or "",
        layout=options.layout or "",
        map_file=options.map or "",
        keys=tuple(_key(text, prompts) for text in options.key),
        touch_nothing=options.touch_nothing,
        allow_views=options.allow_views,
        schemas=tuple(options.schema_file) or None,
        use_stored_keys=options.use_store_keys,
    )
    return replace(
        request_of(form),
        choice=options.table,
        rules=tuple(options.rules),
        replayer=options.replayer,
    )


def _address(options: Namespace) -> str:
    """The address as typed, through the SSH server that options name."""
    from inspector.services.store_form import through_ssh  # noqa: PLC0415 - as above

    if options.ssh_key and not options.ssh:
        raise InputInvalid(tr("{option} needs --ssh beside it.", option="--ssh-key"))
    store: str = options.store
    return through_ssh(store, options.ssh, options.ssh_key) if options.ssh else store


def _refuse_case_file(text: str) -> None:
    """A case file names no place at which its store is.

    Raises:
        InputInvalid: the address is one.
    """
    if text.lower().endswith(".ehcase"):
        raise InputInvalid(
            tr("{file} is a case file; it does not say where its store is.", file=text),
            hint=tr("Name the store. The command open finds one that was opened before."),
        )


def _key(text: str, prompts: Prompts) -> KeyEntry:
    """``NAME=SOURCE`` as a key to be read; no message ever holds the source."""
    from inspector.services.store_form import KeyEntry  # noqa: PLC0415 - as above

    name, mark, source = text.partition("=")
    if not mark or not name or not source:
        raise InputInvalid(
            tr("--key needs a name and where its value comes from."),
            hint=tr("Write --key NAME=env:VARIABLE, NAME=file:PATH, NAME=prompt or NAME=BASE64."),
        )
    kind, mark, rest = source.partition(":")
    if mark and kind == "env":
        return KeyEntry(name, _from_environment(name, rest))
    if mark and kind == "file":
        return KeyEntry(name, file=rest)
    if source == "prompt":
        return KeyEntry(name, prompts.key(name))
    return KeyEntry(name, source)


def _from_environment(name: str, variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise InputInvalid(
            tr("The key {name} needs the variable {variable}, which is not set.",
               name=name, variable=variable)
        )  # fmt: skip
    return value
