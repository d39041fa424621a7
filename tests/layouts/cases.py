"""The stores in ``data``: one folder per layout and case, and what is known to be in them.

``about.toml`` says who wrote the store; ``store.sqlite.xz`` and ``store.pg.sql.xz`` are the store
(either or both); ``expected.json.xz`` is what the library itself reads back.
"""

from __future__ import annotations

import base64
import json
import lzma
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from inspector.codecs import Key
from tests.layouts.wording import reworded

DATA = Path(__file__).parent / "data"
FILES = {"sqlite": "store.sqlite.xz", "postgresql": "store.pg.sql.xz"}


@dataclass(frozen=True)
class Case:
    """One store in one dialect."""

    layout: str
    name: str
    dialect: str

    def __str__(self) -> str:
        return f"{self.layout}-{self.name}-{self.dialect}"

    @property
    def folder(self) -> Path:
        return DATA / self.layout / self.name

    @property
    def about(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "about.toml").read_text(encoding="utf-8"))

    @property
    def expected(self) -> dict[str, Any]:
        return _expected(self.folder)

    @property
    def streams(self) -> dict[str, dict[str, Any]]:
        """What the library says of each stream, by the name that is shown."""
        outside = self.about.get("outside")  # what events without a stream are called here
        return {stream["id"] or outside: stream for stream in self.expected["streams"]}

    @property
    def stores(self) -> int:
        """How many stores the database holds."""
        return int(self.about.get("stores", {}).get(self.dialect, 1))

    @property
    def keys(self) -> dict[str, bytes]:
        """Decryption keys by name."""
        return {name: base64.b64decode(v) for name, v in self.about.get("keys", {}).items()}

    @property
    def given_keys(self) -> tuple[Key, ...]:
        """The keys as somebody gives them to a store that is being opened."""
        return tuple(Key(name, value) for name, value in self.keys.items())

    def unpack(self, folder: Path) -> Path:
        """The store as a file: a database, or a dump."""
        packed = self.folder / FILES[self.dialect]
        made = folder / f"{self.layout}-{self.name}-{packed.stem}"
        if not made.exists():
            made.write_bytes(lzma.decompress(packed.read_bytes()))
        return made


@cache
def _expected(folder: Path) -> dict[str, Any]:
    text = lzma.decompress((folder / "expected.json.xz").read_bytes())
    about = tomllib.loads((folder / "about.toml").read_text(encoding="utf-8"))
    return reworded(json.loads(text, parse_float=Decimal), about)


def cases() -> list[Case]:
    """Every store in every dialect there is."""
    return [
        Case(folder.parent.name, folder.name, dialect)
        for folder in sorted(DATA.glob("*/*"))
        for dialect, file in FILES.items()
        if (folder / file).exists()
    ]
