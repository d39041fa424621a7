"""Files of schemas that the user gives: what is taken, and what is said about the others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from inspector.core.errors import InputInvalid
from inspector.services.schema_files import LIMIT, read_schemas

DATA = Path(__file__).parents[1] / "codecs" / "data"
AVRO, PROTO = DATA / "avro" / "schemas", DATA / "protobuf" / "schemas"
MONEY = {"type": "record", "name": "Money", "namespace": "shop", "fields": []}
PRICE = {"type": "record", "name": "Price", "namespace": "shop",
         "fields": [{"name": "m", "type": "Money"}]}  # fmt: skip


def test_a_folder_is_read_with_all_below(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "a" / "price.avsc").write_text(json.dumps(PRICE))
    (below / "money.avsc").write_text(json.dumps(MONEY))
    (below / "README.md").write_text("no schema")
    shutil.copy(PROTO / "shop.desc", below / "shop.desc")
    loaded = read_schemas([tmp_path])
    assert [one.file for one in loaded.schemas.avro] == ["money.avsc", "price.avsc"]
    assert [one.file for one in loaded.schemas.proto] == ["shop.desc"]
    assert (loaded.count, len(loaded.files), loaded.given) == (3, 3, (tmp_path,))


def test_what_is_given_twice_counts_once() -> None:
    loaded = read_schemas([AVRO / "money.avsc", AVRO / "money.avsc"])
    assert loaded.count == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("17.avsc", 17), ("order-id17.avsc", 17), ("order.id-17.avsc", 17), ("order17.avsc", None)],
)
def test_a_name_may_tell_the_number_of_a_registry(
    name: str, number: int | None, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(json.dumps(MONEY))
    [one] = read_schemas([tmp_path]).schemas.avro
    assert one.number == number


def test_an_answer_of_a_registry_tells_its_number() -> None:
    [one] = read_schemas([AVRO / "registry-17.json"]).schemas.avro
    assert (one.number, one.schema.root.name) == (17, "shop.Tree")


def test_two_files_may_define_one_name_differently(tmp_path: Path) -> None:
    """Two versions of an event are two files; which one is meant, only the event can tell."""
    loaded = read_schemas([AVRO / "numbers.avsc", AVRO / "numbers-v2.avsc"])
    assert len(list(loaded.schemas.bodies_of("Numbers"))) == 2


WRONG: dict[str, tuple[str, bytes, str]] = {
    "no JSON": ("a.avsc", b"{", "it is no JSON"),
    "no schema": ("a.avsc", b"{}", "needs the key"),
    "bytes": ("a.avsc", b"\xff\xfe{", "it is no JSON"),
    "a million brackets": ("a.avsc", b"[" * 1_000_000, "it is no JSON"),
    "deep": ("a.avsc", b'{"type":' * 200 + b'"int"' + b"}" * 200, "nest deeper than 100 levels"),
    "too large": ("a.avsc", b" " * (LIMIT + 1), "too large"),
    "a missing type": ("a.avsc", json.dumps(PRICE).encode(), "the type shop.Money is used"),
    "a JSON schema": ("a.json", b'{"schemaType":"JSON","schema":"{}"}', "no Avro schema"),
    "a picture": ("a.desc", b"\x89PNG\r\n\x1a\n", "it is no descriptor set"),
    "a descriptor cut off": ("a.desc", (PROTO / "shop.desc").read_bytes()[:-5], "descriptor set"),
    "an empty file": ("a.desc", b"", "It defines no message"),
    "no TOML": ("a.toml", b"format =", "it is no TOML"),
    "no format": ("a.toml", b"files = []", "format = 1"),
    "an unknown key": ("a.toml", b"format = 1\nfile = 1", "'file' is not known here"),
    "a framing": ("a.toml", b'format = 1\nframing = "x"', "framing must be one of"),
    "no texts": ("a.toml", b"format = 1\n[types]\na = 1", "[types] must hold"),
    "no number": ("a.toml", b'format = 1\n[numbers]\na = "x"', "'a' is no number"),
    "no list": ("a.toml", b'format = 1\nfiles = "x"', "files must be a list"),
    "a file that is not there": ("a.toml", b'format = 1\nfiles = ["x.avsc"]', "cannot be read"),
    "nothing": ("a.toml", b"format = 1", "There is no schema in a.toml."),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_its_file(case: str, tmp_path: Path) -> None:
    name, content, said = WRONG[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputInvalid) as caught:
        read_schemas([tmp_path / name])
    assert said in caught.value.message
    assert name in caught.value.message or "x.avsc" in caught.value.message


def test_a_type_must_be_mapped_to_one_schema_that_is_there(tmp_path: Path) -> None:
    for file in ("numbers.avsc", "numbers-v2.avsc"):
        shutil.copy(AVRO / file, tmp_path)
    given = tmp_path / "list.toml"
    for name, said in (("shop.Lost", "no given file has"), ("shop.Numbers", "several files")):
        files = '["numbers.avsc", "numbers-v2.avsc"]'
        given.write_text(f'format = 1\nfiles = {files}\n[types]\n"a" = "{name}"\n')
        with pytest.raises(InputInvalid, match=said):
            read_schemas([given])


def test_a_set_without_an_import_says_how_to_make_it_whole(tmp_path: Path) -> None:
    whole = (PROTO / "shop.desc").read_bytes()
    lost = whole.replace(b".shop.v3.Status", b".shop.v3.Absent")
    (tmp_path / "a.desc").write_bytes(lost)
    with pytest.raises(InputInvalid, match=r"shop\.v3\.Absent") as caught:
        read_schemas([tmp_path / "a.desc"])
    assert "--include_imports" in caught.value.hint


def test_an_empty_folder_and_a_missing_file_are_not_the_same(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="There is no schema"):
        read_schemas([tmp_path])
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_schemas([tmp_path / "gone.avsc"])
