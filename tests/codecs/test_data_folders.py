"""Every stored form under ``data`` is read as its folder says; a new case needs no code.

A folder holds ``input.txt`` (a text cell) or ``input.hex`` (a cell of bytes), ``about.toml``
(where it comes from, hints, keys, the chain or the beginning of the reason) and, for a form
that can be read, ``expected.json``. Where a form needs schemas, ``schemas`` names files in the
folder of that name beside the cases, and ``type`` is the type of the event. Rows of real stores
were compared with what the library that wrote them read back.
"""

from __future__ import annotations

import base64
import tomllib
from pathlib import Path
from typing import Any

import pytest

from inspector.codecs import (
    CodecError,
    ColumnDecoder,
    Key,
    Raw,
    builtin_codecs,
    decode,
    decoder,
)
from inspector.core.jsontext import to_json
from inspector.core.payloads import Decoded, Undecoded
from inspector.services.schema_files import read_schemas

DATA = Path(__file__).parent / "data"
CASES = sorted(path.parent for path in DATA.glob("*/*/about.toml"))


def stored_form(case: Path) -> Raw:
    text = case / "input.txt"
    if text.exists():
        return text.read_bytes().decode("utf-8")
    return bytes.fromhex((case / "input.hex").read_text(encoding="ascii"))


def read_cell(case: Path, about: dict[str, Any], raw: Raw) -> Decoded | Undecoded:
    if "schemas" in about:
        return column_of(case, about)(raw)
    return decode(raw, **wish_of(about))


def column_of(case: Path, about: dict[str, Any]) -> ColumnDecoder:
    if "schemas" not in about:
        return decoder(**wish_of(about))
    loaded = read_schemas([case.parent / "schemas" / name for name in about["schemas"]])
    return decoder(**wish_of(about), schemas=loaded.schemas).of(about.get("type", ""))


def wish_of(about: dict[str, Any]) -> dict[str, Any]:
    keys = [Key(name, base64.b64decode(text)) for name, text in about.get("keys", {}).items()]
    return {"hints": about.get("hints", ()), "refine": about.get("refine", ()), "keys": keys}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_stored_form_is_read_as_its_folder_says(case: Path) -> None:
    about = tomllib.loads((case / "about.toml").read_text(encoding="utf-8"))
    raw = stored_form(case)
    found = read_cell(case, about, raw)
    if "undecoded" in about:
        assert isinstance(found, Undecoded)
        assert found.reason.startswith(about["undecoded"])
        assert (found.code, found.size) == (about["finding"], len(raw))
        return
    assert isinstance(found, Decoded)
    assert found.codec == about["codec"]
    assert [list(note) for note in found.notes] == about.get("notes", [])
    expected = (case / "expected.json").read_text(encoding="utf-8")
    assert to_json(found.value, indent=2) + "\n" == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_quick_reading_gives_the_same(case: Path) -> None:
    about = tomllib.loads((case / "about.toml").read_text(encoding="utf-8"))
    raw = stored_form(case)
    column = column_of(case, about)
    for _ in range(3):  # before and after the chain is remembered
        if "undecoded" in about:
            with pytest.raises(CodecError) as caught:
                column.value(raw)
            assert str(caught.value).startswith(about["undecoded"])
        else:
            expected = (case / "expected.json").read_text(encoding="utf-8")
            assert to_json(column.value(raw), indent=2) + "\n" == expected
            again = column(raw)
            assert isinstance(again, Decoded)
            assert again.codec == about["codec"]
            assert [list(note) for note in again.notes] == about.get("notes", [])


def test_every_codec_and_refiner_has_a_folder() -> None:
    known = builtin_codecs()
    names = {codec.name for codec in known.codecs} | set(known.refiners)
    assert names == {folder.name for folder in DATA.iterdir()}


def test_every_case_says_where_it_comes_from() -> None:
    abouts = [tomllib.loads((c / "about.toml").read_text(encoding="utf-8")) for c in CASES]
    assert len(CASES) > 90
    assert all(about["source"] for about in abouts)
