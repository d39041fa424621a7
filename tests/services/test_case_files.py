"""Case files: what is kept of marks, whose store they belong to, and every kind of bad file."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.cases import Case, Mark, Place, by_place, merge
from inspector.core.errors import InputInvalid, OutputFailed
from inspector.services.case_files import (
    LARGEST,
    CaseFile,
    is_case_file,
    own_case,
    read_case,
    require_store,
    usual_folder,
    write_case,
)
from inspector.services.case_marks import (
    Found,
    checked_note,
    digest_of,
    look_for,
    look_near,
    new_mark,
    own_mark,
    place_of,
    with_note,
)
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.fingerprints import fingerprint_of
from inspector.services.open_store import OpenRequest, open_store, open_stores
from inspector.services.tasks import Work
from tests.helpers.small_disk import small_disk
from tests.helpers.stores import state, stream_rows, write_store
from tests.helpers.unprivileged import Identity, server_identity
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event
    from inspector.services.open_store import OpenedStore

STORE = "e" + "0" * 24
OTHER = "e" + "1" * 24
KIM, LEE = "kim", "lee"


def mark(number: int, note: str = "", by: str = KIM, at: str = "2026-01-01T00:00:00Z") -> Mark:
    return Mark(f"{number:016x}", Place("a", None, number, None, number, "d"), by, at, note)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    path = write_store(tmp_path / "a.db", [*stream_rows("a", 1, 5), *stream_rows("b", 1, 5)])
    opened = open_store(OpenRequest(str(path)), Work())
    yield opened
    opened.close()


def events(store: OpenedStore) -> list[Event]:
    return [e for page in read_events(store.reader, EventQuery(), Work()) for e in page]


# -- what is kept ---------------------------------------------------------------------------------


def test_marks_come_back_as_they_were(tmp_path: Path) -> None:
    hostile = Place("\udcff <b>", "분류", -3, "id\n", "00ff", "d")
    marks = (mark(1, "첫째 줄\n둘째 줄"), Mark("f" * 16, hostile, LEE, "2026-01-01T00:00:00.5Z"))
    path = tmp_path / "x.ehcase"
    write_case(Case(STORE, marks), path)
    assert read_case(path) == Case(STORE, marks)
    write_case(Case(STORE, marks[:1]), path)
    assert "첫째 줄" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert [p.name for p in tmp_path.iterdir()] == ["x.ehcase"]


def test_a_copy_of_the_store_finds_its_case_and_another_store_does_not(
    store: OpenedStore, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / "copy.db"
    copy.parent.mkdir()
    copy.write_bytes(store.address.file.read_bytes())
    other = write_store(tmp_path / "other.db", stream_rows("z", 1, 2))
    files = []
    for path in (store.address.file, copy, other):
        opened = open_store(OpenRequest(str(path)), Work())
        fingerprint = fingerprint_of(opened, opened.reader)
        files.append(own_case(fingerprint, opened.address.text, tmp_path / "cases"))
        opened.close()
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_stores_that_only_their_tables_tell_apart_keep_their_cases_by_address() -> None:
    alike = "t" + "0" * 24
    assert own_case(alike, "/a.db") != own_case(alike, "/b.db")
    assert own_case(STORE, "/a.db") == own_case(STORE, "/b.db")
    assert usual_folder() in own_case(STORE, "").path.parents
    assert is_case_file("Some/Thing.EHCASE")


def test_a_case_holds_nothing_of_an_event_but_what_identifies_it(
    store: OpenedStore, tmp_path: Path
) -> None:
    event = events(store)[3]
    path = tmp_path / "x.ehcase"
    write_case(Case(STORE, (new_mark(place_of(event, store.reader.source), KIM),)), path)
    (entry,) = json.loads(path.read_text(encoding="utf-8"))["marks"]
    assert {k: v for k, v in entry.items() if k not in ("id", "at", "digest")} == {
        "by": KIM, "note": "", "rival_of": "", "stream": "a", "category": None, "version": 4,
        "event_id": None, "position": 4,
    }  # fmt: skip


def test_two_programs_that_change_one_case_lose_nothing(tmp_path: Path) -> None:
    file = CaseFile(tmp_path / "cases" / "x.ehcase", STORE)
    again = CaseFile(file.path, STORE)
    file.change(lambda case: case.with_mark(mark(1)))
    again.change(lambda case: case.with_mark(mark(2)))
    file.change(lambda case: case.with_mark(mark(3, "three")))
    assert [m.id for m in again.read().marks] == [mark(n).id for n in (1, 2, 3)]
    file.change(lambda case: case.without([mark(2).id]))
    assert [m.id for m in again.read().marks] == [mark(n).id for n in (1, 3)]


def test_a_lock_that_a_killed_program_left_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    file = CaseFile(tmp_path / "x.ehcase", STORE)
    lock = tmp_path / ".x.ehcase.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    file.change(lambda case: case.with_mark(mark(1)))
    assert [p.name for p in tmp_path.iterdir()] == ["x.ehcase"]


# -- merging --------------------------------------------------------------------------------------


def test_merging_adds_what_the_other_has_and_keeps_both_texts_of_one_mark() -> None:
    mine = Case(STORE, (mark(1, "mine", at="2026-01-02T00:00:00Z"), mark(2)))
    later = mark(2, "later", LEE, "2026-01-03T00:00:00Z")
    theirs = Case(STORE, (mark(1, "theirs", LEE), later, mark(4, "new", LEE)))
    merged = merge(mine, theirs)
    assert (merged.added, merged.both) == (1, 1)
    found = {m.id: m for m in merged.case.marks}
    assert found[mark(1).id].note == "mine"
    assert found[mark(2).id] == later
    beside = next(m for m in merged.case.marks if m.rival_of)
    assert (beside.note, beside.by, beside.rival_of) == ("theirs", LEE, mark(1).id)
    again = merge(merged.case, theirs)
    assert (again.case, again.added, again.both) == (merged.case, 0, 0)
    back = merge(theirs, mine)
    assert {(m.note, m.by) for m in back.case.marks} == {(m.note, m.by) for m in found.values()}


def test_marks_of_one_event_stand_together() -> None:
    here = mark(1)
    marks = [here, mark(2), replace(mark(3), place=here.place, by=LEE)]
    assert [len(group) for group in by_place(marks).values()] == [2, 1]
    assert own_mark(Case(STORE, tuple(marks)), here.place, LEE) == marks[2]
    assert own_mark(Case(STORE, tuple(marks)), here.place, "park") is None


def test_a_note_is_plain_text_of_bounded_length() -> None:
    assert checked_note("  one\r\ntwo\x0bthree \n") == "one\ntwo\nthree"
    assert with_note(mark(1), "now").note == "now"
    with pytest.raises(InputInvalid, match="20\u2009000 characters"):
        checked_note("x" * 20_001)


# -- finding again --------------------------------------------------------------------------------


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def test_what_became_of_a_marked_event_is_told(store: OpenedStore) -> None:
    source, path = store.reader.source, store.address.file
    made = [new_mark(place_of(event, source), KIM) for event in events(store)[1:4]]
    change(path, "DELETE FROM stored_events WHERE originator_id = 'a' AND originator_version = 2")
    new = state(9, n=9).decode()
    change(path, f"UPDATE stored_events SET state = '{new}' "
           "WHERE originator_id = 'a' AND originator_version = 3")  # fmt: skip
    found = [look_for(store.reader, m, Work()) for m in made]
    assert [seen.found for seen in found] == [Found.GONE, Found.DIFFERENT, Found.HERE]
    assert found[2].version == 4
    near = [look_near(store.reader, m, Work()) for m in made]
    assert near == found


@pytest.mark.parametrize("case", [c for c in cases() if c.dialect == "sqlite"], ids=str)
def test_events_of_every_layout_are_found_where_they_were_marked(case: Any, tmp_path: Path) -> None:
    request = OpenRequest(str(case.unpack(tmp_path)), layout=case.layout)
    opened = open_stores(request, Work())[0]
    try:
        reader = opened.reader
        stream = next(iter(reader.streams.keys(None)[0]))[0]
        rows = list(read_events(reader, EventQuery(stream), Work()))
        for event in [e for page in rows for e in page][:3]:
            seen = look_for(reader, new_mark(place_of(event, reader.source), KIM), Work())
            assert seen.found is Found.HERE
            assert event.position in (None, seen.version)
    finally:
        opened.close()


def test_an_event_that_moved_is_found_by_its_id(tmp_path: Path) -> None:
    case = next(c for c in cases() if str(c) == "emmett-messages-sqlite")
    path = case.unpack(tmp_path)
    opened = open_store(OpenRequest(str(path)), Work())
    event = events(opened)[0]
    made = new_mark(place_of(event, opened.reader.source), KIM)
    assert made.place.event_id
    change(path, "UPDATE emt_messages SET stream_position = 900 "
           f"WHERE message_id = '{made.place.event_id}'")  # fmt: skip
    seen = look_for(opened.reader, made, Work())
    assert (seen.found, seen.version) == (Found.MOVED, 900)
    assert look_near(opened.reader, made, Work()) is None
    assert digest_of(event) == made.place.digest
    opened.close()


# -- bad files ------------------------------------------------------------------------------------


def entry(**changed: Any) -> dict[str, Any]:
    good = {
        "id": "0" * 16, "by": "", "at": "2026-01-01T00:00:00Z", "note": "", "rival_of": "",
        "stream": "a", "category": None, "version": 1, "event_id": None, "position": None,
        "digest": "",
    }  # fmt: skip
    return {**good, **changed}


def content(*entries: object, **changed: Any) -> str:
    whole = {"format": "event-history-inspector case", "version": 1, "store": STORE}
    return json.dumps({**whole, "marks": list(entries), **changed})


BAD = {
    "empty": "",
    "binary": "\x00\xff\x00",
    "not JSON": '{"format": ',
    "a list": "[]",
    "other JSON": '{"format": "something"}',
    "deeply nested": "[" * 200_000,
    "nested marks": content([[[[]]]]),
    "a long number": content(version=1).replace('"version": 1', '"version": ' + "9" * 5000),
    "no store": content(store=""),
    "a store of another kind": content(store=7),
    "no version": content(version=None),
    "version true": content(version=True),
    "no marks": content(marks=None),
    "a mark that is none": content(3),
    "an id that is none": content(entry(id="x")),
    "a time that is none": content(entry(at="yesterday")),
    "a number for a name": content(entry(by=3)),
    "a note of a megabyte": content(entry(note="x" * 1_000_000)),
    "a version that is true": content(entry(version=True)),
    "a version without end": content(entry(version=1 << 70)),
    "a list for a stream": content(entry(stream=[])),
    "one id twice": content(entry(), entry()),
    "too many marks": content(*[0] * 50_001),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_used_says_so_and_is_never_written_over(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bad.ehcase"
    path.write_bytes(text.encode("latin-1", "replace"))
    before = path.read_bytes()
    with pytest.raises(InputInvalid, match=r"bad\.ehcase") as raised:
        CaseFile(path, STORE).change(lambda case: case.with_mark(mark(1)))
    assert raised.value.hint
    assert path.read_bytes() == before


def test_a_newer_form_is_named_as_such_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new.ehcase"
    path.write_text(content(version=2), encoding="utf-8")
    with pytest.raises(InputInvalid, match="newer version"):
        read_case(path)


def test_another_store_s_case_a_huge_one_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ehcase"
    path.write_text(content(store=OTHER), encoding="utf-8")
    with pytest.raises(InputInvalid, match="another store"):
        CaseFile(path, STORE).read()
    with pytest.raises(InputInvalid, match="another store"):
        require_store(path, read_case(path), STORE)
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(InputInvalid, match="larger than 32 MiB"):
        read_case(path)
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_case(tmp_path / "none.ehcase")
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_case(tmp_path)


def message_of_a_change(file: CaseFile) -> str:
    """What is said when somebody who is not root marks an event; root may write everywhere."""
    said = file.path.with_suffix(".said")
    person = os.fork()
    if person == 0:
        try:
            become(server_identity())
            file.change(lambda case: case.with_mark(mark(2)))
        except OutputFailed as error:
            said.write_text(error.message, encoding="utf-8")
        finally:
            os._exit(0)
    os.waitpid(person, 0)
    return said.read_text(encoding="utf-8") if said.exists() else ""


def become(who: Identity) -> None:
    """Give up root's rights for good."""
    if who.user is not None and who.group is not None:
        import pwd  # noqa: PLC0415 - exists on Unix only, and only root needs it

        os.setgroups([])
        os.setgid(who.group)
        os.setuid(pwd.getpwnam(who.user).pw_uid)


@pytest.mark.skipif(os.name == "nt", reason="files are protected in another way there")
def test_a_file_that_somebody_made_read_only_is_not_replaced() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = CaseFile(Path(folder) / "x.ehcase", STORE)
        write_case(Case(STORE, (mark(1),)), file.path)
        server_identity().hand_over(Path(folder), file.path)
        file.path.chmod(0o400)
        assert "cannot be written" in message_of_a_change(file)
        assert [m.id for m in file.read().marks] == [mark(1).id]
        file.path.with_suffix(".said").unlink()
        file.path.chmod(0o600)
        assert message_of_a_change(file) == ""
        assert len(file.read().marks) == 2


def test_a_folder_that_is_not_there_is_not_made_for_somebody_else_s_copy(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="cannot be written"):
        write_case(Case(STORE), tmp_path / "no" / "folder.ehcase")


def test_a_full_disk_leaves_the_case_as_it_was() -> None:
    with small_disk() as disk:
        file = CaseFile(disk.folder / "data" / "x.ehcase", STORE)
        file.change(lambda case: case.with_mark(mark(1, "kept")))
        disk.fill()
        with pytest.raises(OutputFailed, match="cannot be written"):
            file.change(lambda case: case.with_mark(mark(2, "x" * 15_000)))
        assert [m.note for m in file.read().marks] == ["kept"]
        assert [p.name for p in file.path.parent.iterdir()] == ["x.ehcase"]
