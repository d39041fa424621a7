"""Values that an application encrypted one by one: encrypted, key erased, corrupt, told apart."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from inspector.codecs import Key
from inspector.core.folding import Truth
from inspector.core.sealing import Seal, opened, seal_of, sealed_value, seals_in
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import every_step
from inspector.services.rules import read_rules
from inspector.services.tasks import Work
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inspector.core.events import Event
    from inspector.core.replaying import Step

PATCHLEVEL = [Case("patchlevel", "aggregate", dialect) for dialect in ("sqlite", "postgresql")]
RAILS = Case("rails_event_store", "yaml", "sqlite")
SECRET, IV = b"k" * 16, b"i" * 16


def events_of(request: OpenRequest) -> list[Event]:
    store = open_store(request, Work())
    try:
        found: list[Event] = []
        after = None
        while True:
            page = store.reader.events.page(None, after=after, limit=500)
            found += page.rows
            after = page.after
            if not page.more:
                return found
    finally:
        store.close()


def steps_of(request: OpenRequest, stream: str, rules: Path | None = None) -> list[Step]:
    store = open_store(request, Work())
    try:
        [found] = store.reader.streams.find(stream)
        rule_set = None if rules is None else read_rules([rules]).rules
        return list(every_step(store.reader, found, Work(), rule_set))
    finally:
        store.close()


# -- a store of our own, with one of each kind ----------------------------------------------


def encrypted(value: Any, secret: bytes = SECRET) -> bytes:
    padder = padding.PKCS7(128).padder()
    plain = padder.update(json.dumps(value).encode()) + padder.finalize()
    writer = Cipher(algorithms.AES(secret), modes.CBC(IV)).encryptor()
    return writer.update(plain) + writer.finalize()


def old_form(data: bytes) -> str:
    return base64.b64encode(base64.b64encode(data)).decode()


def new_form(data: bytes, *, twice: bool = False) -> dict[str, str]:
    text = base64.b64encode(data)
    text = base64.b64encode(text) if twice else text
    iv = base64.b64encode(IV).decode()
    return {"__enc": "v1", "data": text.decode(), "method": "aes128", "iv": iv}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "people.sqlite"
    damaged = encrypted("Ada")[:-1] + b"\x00"
    payloads: list[Any] = [
        {"id": "p-1", "name": old_form(encrypted("Ada")), "age": 36},
        {"id": "p-2", "name": old_form(encrypted("Bo"))},
        {"id": "p-1", "name": old_form(damaged)},
        {"id": "p-1", "address": {"city": new_form(encrypted("Bonn"), twice=True)},
         "tags": [new_form(encrypted({"a": 12345678901234567890}))]},
        {"id": "p-3", "name": old_form(encrypted("Cy"))},
        {"id": "p-1", "name": "plain again"},
    ]  # fmt: skip
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE eventstore (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, aggregate "
            "VARCHAR(255) NOT NULL, aggregate_id CHAR(36) NOT NULL, playhead INTEGER NOT NULL, "
            "event VARCHAR(255) NOT NULL, payload CLOB NOT NULL, recorded_on DATETIME NOT NULL, "
            "new_stream_start BOOLEAN NOT NULL, archived BOOLEAN NOT NULL, custom_headers CLOB)"
        )
        database.execute("CREATE UNIQUE INDEX u ON eventstore (aggregate, aggregate_id, playhead)")
        database.execute(
            "CREATE TABLE crypto_keys (subject_id VARCHAR(255) PRIMARY KEY NOT NULL, "
            "crypto_key VARCHAR(255), crypto_method VARCHAR(255), crypto_iv VARCHAR(255))"
        )
        for number, payload in enumerate(payloads, 1):
            database.execute(
                "INSERT INTO eventstore VALUES (NULL, 'person', 'x', ?, 'person.changed', ?, "
                "'2026-01-01 00:00:00', 0, 0, '[]')", (number, json.dumps(payload)),
            )  # fmt: skip
        key, iv = (base64.b64encode(part).decode() for part in (SECRET, IV))
        for subject, method in (("p-1", "aes128"), ("p-3", "chacha20")):
            row = (subject, key, method, iv)
            database.execute("INSERT INTO crypto_keys VALUES (?, ?, ?, ?)", row)
    return path


def codes(event: Event) -> list[str]:
    return [finding.code for finding in event.findings]


def test_without_leave_values_are_told_apart_and_no_key_is_used(store: Path) -> None:
    first, second, third, fourth, fifth, sixth = events_of(OpenRequest(str(store)))
    assert (seal_of(first.data["name"]), codes(first)) == (Seal.ENCRYPTED, ["value-encrypted"])
    assert first.data["age"] == 36
    assert (seal_of(second.data["name"]), codes(second)) == (Seal.ERASED, ["value-key-erased"])
    assert codes(third) == ["value-encrypted"]  # nobody looked whether it is damaged
    assert sorted(path for path, _, _ in seals_in(fourth.data)) == [
        ("address", "city"), ("tags", 0)
    ]  # fmt: skip
    assert codes(fifth) == ["value-encrypted"]
    assert (sixth.data["name"], codes(sixth)) == ("plain again", [])
    assert "p-1" in first.findings[0].message


def test_with_leave_values_are_opened_and_damage_is_seen(store: Path) -> None:
    request = OpenRequest(str(store), use_stored_keys=True)
    first, second, third, fourth, fifth, _ = events_of(request)
    assert (first.data["name"], codes(first)) == ("Ada", [])
    assert codes(second) == ["value-key-erased"]
    assert (seal_of(third.data["name"]), codes(third)) == (Seal.CORRUPT, ["value-corrupt"])
    assert fourth.data["address"] == {"city": "Bonn"}
    assert fourth.data["tags"] == [{"a": 12345678901234567890}]
    assert codes(fifth) == ["value-encrypted"]  # a cipher that is not known is no damage


def test_in_a_state_such_a_value_is_unknown_and_never_absent(store: Path) -> None:
    steps = steps_of(OpenRequest(str(store)), "person-x")
    assert seal_of(steps[0].state["name"]) is Seal.ENCRYPTED
    assert steps[0].marks == {("name",): Truth.UNKNOWN}
    assert steps[1].marks == {("name",): Truth.UNKNOWN}
    assert steps[3].marks[("address", "city")] is Truth.UNKNOWN
    assert ("name",) not in steps[5].marks
    assert steps[5].state["age"] == 36


def test_rules_carry_it_on_as_unknown(store: Path, tmp_path: Path) -> None:
    rules = tmp_path / "person.rules.toml"
    rules.write_text(
        'format = 1\n[aggregate.person]\ncategory = "person"\n'
        '[aggregate.person.on."person.changed".set]\n'
        'called = "coalesce(data.name, \'none\')"\nid = "data.id"\n'
    )
    steps = steps_of(OpenRequest(str(store)), "person-x", rules)
    assert steps[0].truth is Truth.EXACT
    assert steps[0].marks == {("called",): Truth.UNKNOWN}
    assert steps[5].marks == {}
    assert steps[5].state == {"called": "plain again", "id": "p-1"}


def test_what_follows_from_such_a_value_is_unknown_too(store: Path, tmp_path: Path) -> None:
    rules = tmp_path / "person.rules.toml"
    rules.write_text(
        """format = 1
[aggregate.person]
category = "person"
initial = { n = "0" }
[aggregate.person.on."person.changed"]
steps = [
    { set = { size = "len(coalesce(data.name, 'x'))", n = "state.n + 1", id = "data.id" } },
    { when = "coalesce(data.name, '') startswith 'A'", set = { greeted = "true" } },
    { set = { last = "coalesce(data.name, '')" } },
    { set = { twice = "json(state.last)" } },
]
"""
    )
    first, *_, last = steps_of(OpenRequest(str(store)), "person-x", rules)
    doubted = {path for path, truth in first.marks.items() if truth is Truth.UNKNOWN}
    assert doubted >= {("size",), ("last",), ("twice",), ("greeted",)}
    assert not {("n",), ("id",)} & doubted
    assert first.state["n"] == 1
    # what was written anew out of what is known is known; a condition that was not, is not
    assert ("greeted",) in last.marks
    assert ("size",) not in last.marks
    assert last.state["size"] == len("plain again")
    opened_ = steps_of(OpenRequest(str(store), use_stored_keys=True), "person-x", rules)
    assert opened_[0].marks == {}
    assert (opened_[0].state["size"], opened_[0].state["greeted"]) == (3, True)


def test_keys_that_may_not_be_read_are_not_erased(store: Path) -> None:
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("DROP TABLE crypto_keys")
    second = events_of(OpenRequest(str(store)))[1]
    assert codes(second) == []  # no table of keys: nothing says that it is encrypted
    assert isinstance(second.data["name"], str)


# -- real stores ----------------------------------------------------------------------------


@pytest.mark.parametrize("case", PATCHLEVEL, ids=str)
def test_a_real_store_tells_erased_from_encrypted(
    case: Case, address_of: Callable[[Case], str]
) -> None:
    address = address_of(case)
    closed = events_of(OpenRequest(address))
    sealed = [one for event in closed for _, one, _ in seals_in(event.data)]
    assert (sealed.count(Seal.ERASED), sealed.count(Seal.ENCRYPTED)) == (2, 10)
    open_ = events_of(OpenRequest(address, use_stored_keys=True))
    left = [one for event in open_ for _, one, _ in seals_in(event.data)]
    assert left == [Seal.ERASED, Seal.ERASED]


@pytest.mark.parametrize("case", PATCHLEVEL, ids=str)
def test_with_the_stores_keys_states_are_those_of_the_library(
    case: Case, address_of: Callable[[Case], str]
) -> None:
    request = OpenRequest(address_of(case), use_stored_keys=True)
    rules = case.folder / "bank.rules.toml"
    seen = 0
    for sample in case.expected["states"]:
        if "country" not in sample["state"] and "coupon" not in sample["state"]:
            continue
        told = {s.position: s for s in steps_of(request, sample["stream_id"], rules)}
        step = told[sample["version"]]
        for name in ("country", "coupon"):
            if name in sample["state"] and not list(seals_in(step.state.get(name))):
                assert step.state[name] == sample["state"][name], (sample["stream_id"], name)
                seen += 1
    assert seen > 5


def rails_keys() -> Iterator[Key]:
    for name, text in RAILS.expected["encryption"]["keys"].items():
        yield Key(name, bytes.fromhex(text))


def test_attributes_of_rails_are_opened_by_keys_of_their_name(
    address_of: Callable[[Case], str],
) -> None:
    told = RAILS.expected["encryption"]
    address = address_of(RAILS)
    by_id = {event.id: event for event in events_of(OpenRequest(address, keys=tuple(rails_keys())))}
    opened_ones = 0
    for entry in told["decrypted"]:
        event = by_id[entry["event_id"]]
        card = event.data["card"]
        if seal_of(card) is None:
            assert (card, codes(event)) == (entry["card"], [])
            opened_ones += 1
        else:
            assert entry["card"] == "FORGOTTEN_DATA"
            assert (seal_of(card), codes(event)) == (Seal.ENCRYPTED, ["value-encrypted"])
            assert told["forgotten_key"] in event.findings[0].message
    assert opened_ones == len(told["keys"])


def test_a_key_of_the_name_that_does_not_open_it_says_corrupt(
    address_of: Callable[[Case], str],
) -> None:
    wrong = tuple(Key(key.name, b"x" * 32) for key in rails_keys())
    found = [e for e in events_of(OpenRequest(address_of(RAILS), keys=wrong)) if e.findings]
    assert any(codes(event) == ["value-corrupt"] for event in found)


@pytest.fixture
def address_of(tmp_path: Path, restore_dump: Callable[[Path], str]) -> Callable[[Case], str]:
    def address(case: Case) -> str:
        path = case.unpack(tmp_path)
        return str(path) if case.dialect == "sqlite" else restore_dump(path)

    return address


# -- the values themselves ------------------------------------------------------------------


def test_a_value_that_only_looks_so_is_left_alone() -> None:
    for value in ({"$encrypted": {}, "b": 1}, {}, [], {"$other": 1}, {1: 2}, None):
        assert seal_of(value) is None
    assert seal_of({"$encrypted": None}) is Seal.ENCRYPTED
    assert list(seals_in({"$encrypted": None})) == [((), Seal.ENCRYPTED, "")]


def test_what_is_not_sealed_stays_the_very_same_object() -> None:
    value = {"a": [{"b": 1}], "c": "x"}
    assert opened(value, lambda part: part) is value
    made = opened(value, lambda part: sealed_value(Seal.CORRUPT) if part == 1 else part)
    assert made == {"a": [{"b": {"$corrupt": {}}}], "c": "x"}
    assert made is not value
