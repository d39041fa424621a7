"""The kept workspace: whole or not at all, and nothing of a store in it but where one was."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.errors import InputInvalid, OutputFailed
from inspector.services.workspace import (
    StorePlace,
    StreamFilter,
    Workspace,
    parse_workspace,
    read_workspace,
    write_workspace,
)

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(max_size=40)
NUMBERS = st.none() | st.integers(min_value=-(2**70), max_value=2**70)
PLACES = st.builds(
    StorePlace, st.text(min_size=1, max_size=40), TEXTS, TEXTS, TEXTS, TEXTS, st.booleans(),
    st.booleans(),
)  # fmt: skip
WORKSPACES = st.builds(
    Workspace, st.none() | PLACES, TEXTS, TEXTS, NUMBERS, NUMBERS, TEXTS,
    st.builds(StreamFilter, TEXTS, TEXTS, TEXTS), st.booleans(), st.none(),
    st.just((None, None)), st.lists(TEXTS, max_size=3).map(tuple),
    st.lists(TEXTS, max_size=3).map(tuple),
)  # fmt: skip


@given(WORKSPACES)
def test_what_was_kept_comes_back(workspace: Workspace) -> None:
    from dataclasses import asdict  # noqa: PLC0415 - what the file holds

    assert parse_workspace(json.loads(json.dumps(asdict(workspace)))) == workspace


def test_the_file_is_the_users_own_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "session.json"
    write_workspace(Workspace(stream="한글\ud800"), path)
    write_workspace(Workspace(stream="other"), path)
    assert read_workspace(path) == Workspace(stream="other")
    assert [file.name for file in path.parent.iterdir()] == ["session.json"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_kept_is_no_error(tmp_path: Path) -> None:
    assert read_workspace(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"null", b"[]", b'{"version": 2}', b'{"version": 1, "more": 1}', b"\xff\xfe",
        b'{"version": 1, "store": {}}', b'{"version": 1, "store": {"address": 5}}',
        b'{"version": 1, "position": true}', b'{"version": 1, "position": 1.5}',
        b'{"version": 1, "streams": {"text": null}}', b"[" * 100_000, b" " * 300_000,
        b'{"version": 1, "store": {"address": "a", "touch_nothing": "yes"}}',
        b'{"version": 1, "tabs_before": [{"more": 1}]}', b'{"version": 1, "tabs_after": "a"}',
        b'{"version": 1, "tabs_after": [{"pins": [1]}]}',
        b'{"version": 1, "tabs_after": [' + b"{}," * 70 + b"{}]}",
    ],
)  # fmt: skip
def test_a_damaged_file_is_said_with_its_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(content)
    with pytest.raises(InputInvalid) as caught:
        read_workspace(path)
    assert "session.json" in caught.value.message


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("here")
    with pytest.raises(OutputFailed):
        write_workspace(Workspace(), blocked / "session.json")
    assert blocked.read_text() == "here"
