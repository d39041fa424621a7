"""Schemas of payloads in the window: chosen, remembered, and what is said when they are gone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest
from inspector.ui.dialogs.open_dialog import OpenDialog
from inspector.ui.models.store_model import Phase
from tests.helpers.stores import write_store
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

DATA = Path(__file__).parents[1] / "codecs" / "data" / "avro"
BODY = bytes.fromhex((DATA / "recursive" / "input.hex").read_text("ascii"))


def tree_store(folder: Path) -> Path:
    shutil.copy(DATA / "schemas" / "tree.avsc", folder)
    return write_store(folder / "trees.sqlite", [("tree", 1, "shop:Forest.Tree", BODY)])


def open_trees(window: MainWindow, qtbot: QtBot, request: OpenRequest) -> None:
    window.open_request(request, "tree")
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN and window.replay.step is not None)


def label_of(window: MainWindow) -> object:
    assert window.replay.step is not None
    return window.replay.step.state.get("label")


def codes(window: MainWindow) -> list[str]:
    store = window.store.store
    return [] if store is None else [one.code for one in store.findings]


def test_schemas_are_used_and_used_again(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    store = tree_store(tmp_path)
    window = new_window(theme, qtbot, tmp_path)
    open_trees(window, qtbot, OpenRequest(str(store)))
    assert label_of(window) is None
    assert not window.actions_by_name["schemas-none"].isEnabled()
    window.schema_desk.use([str(tmp_path / "tree.avsc")])
    qtbot.waitUntil(lambda: window.replay.step is not None and label_of(window) == "root")
    assert window.actions_by_name["schemas-none"].isEnabled()
    window.close()

    other = new_window(theme, qtbot, tmp_path)
    open_trees(other, qtbot, OpenRequest(str(store)))
    assert label_of(other) == "root"
    assert codes(other) == []
    other.actions_by_name["schemas-none"].trigger()
    qtbot.waitUntil(lambda: other.replay.step is not None and label_of(other) is None)
    other.close()

    third = new_window(theme, qtbot, tmp_path)
    open_trees(third, qtbot, OpenRequest(str(store)))
    assert label_of(third) is None


def test_a_schema_that_changed_or_is_gone_is_said_and_the_store_is_open(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    store, schema = tree_store(tmp_path), tmp_path / "tree.avsc"
    window = new_window(theme, qtbot, tmp_path)
    open_trees(window, qtbot, OpenRequest(str(store), schemas=(str(schema),)))
    assert label_of(window) == "root"
    window.close()

    schema.write_text(json.dumps(json.loads(schema.read_text())))
    changed = new_window(theme, qtbot, tmp_path)
    open_trees(changed, qtbot, OpenRequest(str(store)))
    assert (label_of(changed), codes(changed)) == ("root", ["schemas-changed"])
    changed.close()

    for content in ("{", None):
        if content is None:
            schema.unlink()
        else:
            schema.write_text(content)
        gone = new_window(theme, qtbot, tmp_path)
        open_trees(gone, qtbot, OpenRequest(str(store)))
        assert (label_of(gone), codes(gone)) == (None, ["schemas-unusable"])
        assert gone.store.store is not None
        [said] = gone.store.store.findings
        assert str(schema) in said.message
        gone.close()


def test_schemas_that_are_asked_for_and_missing_are_an_error(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    store = tree_store(tmp_path)
    window = new_window(theme, qtbot, tmp_path)
    window.open_request(OpenRequest(str(store), schemas=(str(tmp_path / "none.avsc"),)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.FAILED)
    assert window.store.error is not None
    assert "none.avsc cannot be read" in window.store.error.message


def test_the_open_dialog_shows_and_takes_schemas(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    store, schema = tree_store(tmp_path), str(tmp_path / "tree.avsc")
    window = new_window(theme, qtbot, tmp_path)
    open_trees(window, qtbot, OpenRequest(str(store), schemas=(schema,)))
    dialog = OpenDialog(theme, window.recent, window, schemas=window.schema_desk.memory)
    qtbot.addWidget(dialog)
    assert dialog.form.schemas == (schema,)
    assert "payload schemas" in dialog.options.summary
    dialog.options.schemas.setText("")
    assert dialog.form.schemas is None
    dialog.section.set_open(True)
    assert dialog.form.schemas == ()
