"""How stored bytes become values: one file per encoding, found by scanning this package.

A file with a module-level ``CODEC`` (:class:`~inspector.codecs._api.Codec`) or ``REFINER``
(:class:`~inspector.codecs._api.Refiner`) takes part; nothing else has to be edited. Files
whose name begins with ``_`` are helpers.

:func:`decode` reads one stored form: the best score first, hinted codecs first among equals,
wrappings one after the other, the next best codec when one fails. The raw form is never
touched. :func:`decoder` gives an object that reads a whole column and has a quick path for
replays. A set with plug-ins is a :class:`CodecSet` of the built-in codecs and more.

Imports ``inspector.core`` and the parser library of each format. Promises never to raise for
what is stored in a cell, never to build objects of a foreign class, and that a decoded value
nests at most ``MAX_DEPTH`` levels.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from inspector.codecs._api import Codec, CodecError, Key, Raw, Read, Refiner
from inspector.codecs._columns import ColumnDecoder, TypedDecoder
from inspector.codecs._limits import MAX_DEPTH, TooLarge
from inspector.codecs._search import CodecSet, Wish
from inspector.core.errors import InspectorError
from inspector.core.payloads import REPLAY_LIMIT, Decoded, Undecoded

if TYPE_CHECKING:
    from inspector.codecs._schemas import Schemas

__all__ = [
    "MAX_DEPTH",
    "Codec",
    "CodecError",
    "CodecSet",
    "ColumnDecoder",
    "Key",
    "Raw",
    "Read",
    "Refiner",
    "TooLarge",
    "Wish",
    "builtin_codecs",
    "decode",
    "decoder",
    "discover",
]


def discover(path: Iterable[str]) -> CodecSet:
    """The codecs and refiners in the modules of this package.

    Args:
        path: where to look, as in ``__path__``.

    Raises:
        InspectorError: no codec was found. A frozen program that left the modules out would
            otherwise show every payload as unreadable.
    """
    codecs: list[Codec] = []
    refiners: dict[str, Refiner] = {}
    for found in sorted(pkgutil.iter_modules(path), key=lambda module: module.name):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{found.name}")
        codec: Codec | None = getattr(module, "CODEC", None)
        refiner: Refiner | None = getattr(module, "REFINER", None)
        if codec is not None:
            codecs.append(codec)
        if refiner is not None:
            refiners[refiner.name] = refiner
    if not codecs:
        raise InspectorError(
            "The program was put together without its payload codecs.",
            hint="Install it again; report this when it stays.",
        )
    return CodecSet(tuple(codecs), refiners)


@functools.cache
def builtin_codecs() -> CodecSet:
    """The codecs and refiners that come with the program; errors as :func:`discover`."""
    return discover(__path__)


def decode(
    raw: Raw,
    *,
    hints: Iterable[str] = (),
    refine: Iterable[str] = (),
    keys: Iterable[Key] = (),
    limit: int = REPLAY_LIMIT,
) -> Decoded | Undecoded:
    """Read one stored form thoroughly, with notes about its encoding.

    Args:
        raw: the stored form.
        hints: names of codecs that its library is known to use.
        refine: names of refiners for the decoded value.
        keys: the user's decryption keys.
        limit: most bytes of the stored form and of each layer inside it.

    Raises:
        LookupError: no refiner has one of these names.
    """
    wish = Wish(tuple(hints), tuple(refine), tuple(keys), limit)
    return builtin_codecs().decode(raw, wish)


def decoder(
    hints: Iterable[str] = (),
    refine: Iterable[str] = (),
    keys: Iterable[Key] = (),
    limit: int = REPLAY_LIMIT,
    schemas: Schemas | None = None,
) -> ColumnDecoder:
    """A reader for the cells of one column; arguments and errors as :func:`decode`.

    Args:
        schemas: the user's, which go by the type of the event.
    """
    wish = Wish(tuple(hints), tuple(refine), tuple(keys), limit)
    if schemas is None:
        return ColumnDecoder(builtin_codecs(), wish)
    return TypedDecoder(builtin_codecs(), wish, schemas)
