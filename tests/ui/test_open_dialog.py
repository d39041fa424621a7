"""The open dialog: file, server, recent stores and options, by mouse, by keys and by drop."""

from __future__ import annotations

import base64
import shutil
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from inspector.core.errors import StoreUnavailable
from inspector.services.open_store import OpenedStore, OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs import connection_test
from inspector.ui.dialogs.open_dialog import FILE_TAB, SERVER_TAB, OpenDialog
from inspector.ui.models.store_model import Phase, StoreModel
from inspector.ui.recent import RecentStore, RecentStores
from inspector.ui.widgets.banner import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.services.tasks import Work
    from inspector.ui.theme import Theme

MARKUP = "<img src='x'><b>&amp;주문"


@pytest.fixture
def recent(tmp_path: Path) -> RecentStores:
    return RecentStores(QSettings(str(tmp_path / "recent.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def dialog(theme: Theme, recent: RecentStores, qtbot: QtBot) -> Iterator[OpenDialog]:
    made = OpenDialog(theme, recent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()
    made.reject()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "주문 #1?.db"
    shutil.copyfile(sample_store(), file)
    return file


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[StoreModel]:
    made = StoreModel()
    yield made
    made.close()


def _type(line: QLineEdit, text: str) -> None:
    line.clear()
    if text.isascii():
        QTest.keyClicks(line, text)
    else:
        line.insert(text)  # Qt's test keys know ASCII only


def _follow(dialog: OpenDialog, model: StoreModel) -> None:
    dialog.accepted_request.connect(model.open)
    dialog.stop_asked.connect(model.close)
    dialog.follow(model)


# -- a file --------------------------------------------------------------------------------------


def test_typing_a_path_and_return_asks_for_the_file(dialog: OpenDialog, qtbot: QtBot) -> None:
    assert not dialog.open_button.isEnabled()
    assert dialog.open_button.toolTip()
    assert dialog.file_form.path.hasFocus()
    _type(dialog.file_form.path, "/data/orders.db ")
    with qtbot.waitSignal(dialog.accepted_request) as signal:
        QTest.keyClick(dialog.file_form.path, Qt.Key.Key_Return)
    [request] = signal.args
    assert isinstance(request, OpenRequest)
    assert request.address == "/data/orders.db"
    assert not request.options.touch_nothing
    assert not dialog.isVisible()


def test_escape_closes_an_idle_dialog(dialog: OpenDialog) -> None:
    QTest.keyClick(dialog.file_form.path, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def _drag(dialog: OpenDialog, *urls: QUrl) -> QDropEvent:
    data = QMimeData()
    data.setUrls(list(urls))
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    enter.ignore()
    dialog.dragEnterEvent(enter)
    drop = QDropEvent(QPointF(5, 5), copy, data, left, none)
    drop.ignore()
    if enter.isAccepted():
        dialog.dropEvent(drop)
    return drop


def test_a_file_may_be_dropped_on_either_part(dialog: OpenDialog, shop: Path) -> None:
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    assert _drag(dialog, QUrl.fromLocalFile(str(shop))).isAccepted()
    assert dialog.tabs.currentIndex() == FILE_TAB
    assert dialog.form.address == str(shop)
    assert dialog.open_button.isEnabled()


def test_other_things_are_not_taken(dialog: OpenDialog, shop: Path) -> None:
    file = QUrl.fromLocalFile(str(shop))
    assert not _drag(dialog, QUrl("https://example.org/orders.db")).isAccepted()
    assert not _drag(dialog, file, file).isAccepted()
    assert dialog.form.address == ""
    assert not any(line.acceptDrops() for line in dialog.findChildren(QLineEdit))


# -- a server ------------------------------------------------------------------------------------


def test_the_fields_fill_the_address_while_typing(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    _type(form.host, "db1,db2")
    _type(form.port, "5433")
    _type(form.database, "orders")
    _type(form.user, "mia")
    _type(form.password_line, "s3cret")
    form.sslmode.setCurrentIndex(form.sslmode.findData("verify-full"))
    form.sslmode.activated.emit(form.sslmode.currentIndex())
    wanted = "postgresql://mia@db1:5433,db2:5433/orders?sslmode=verify-full"
    assert form.address_line.text() == wanted
    assert dialog.form.address == wanted
    assert dialog.form.password == "s3cret"
    assert "s3cret" not in repr(dialog.form)


def test_the_address_fills_the_fields_while_typing(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    _type(form.address_line, "postgresql://mia@db:5433/orders?sslmode=require&gssencmode=disable")
    assert (form.host.text(), form.port.text()) == ("db", "5433")
    assert (form.database.text(), form.user.text()) == ("orders", "mia")
    assert form.sslmode.currentData() == "require"
    _type(form.user, "max")
    assert form.address == "postgresql://max@db:5433/orders?sslmode=require&gssencmode=disable"


def test_a_password_in_a_pasted_address_moves_to_its_field(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    form.address_line.clear()
    form.address_line.insert("postgresql://mia:s3cret@db/orders")
    assert form.address_line.text() == "postgresql://mia@db/orders"
    assert form.password == "s3cret"
    assert form.password_line.echoMode() is QLineEdit.EchoMode.Password
    assert form.message.tone is Tone.INFO
    assert form.message.isVisible()


def test_a_tunnel_and_certificates_fill_the_address_and_come_back(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    assert not form.section.is_open
    _type(form.host, "db.internal")
    _type(form.secure.ssh, "me@bastion:2222")
    _type(form.secure.authority, "/keys/our authority.pem")
    _type(form.secure.certificate, "/keys/me.crt")
    _type(form.secure.certificate_key, "/keys/me.key")
    _type(form.secure.passphrase, "s3cret")
    wanted = (
        "postgresql://db.internal/?ssh=me@bastion:2222&sslrootcert=/keys/our%20authority.pem"
        "&sslcert=/keys/me.crt&sslkey=/keys/me.key"
    )
    assert form.address_line.text() == dialog.form.address == wanted
    assert dialog.form.key_passphrase == "s3cret"
    assert "s3cret" not in repr(dialog.form)
    assert "me@bastion:2222" in form.secure.summary
    _type(form.address_line, "postgresql://db/x?ssh=other&ssh_key=/keys/id")
    assert (form.secure.ssh.text(), form.secure.ssh_key.text()) == ("other", "/keys/id")
    assert form.secure.authority.text() == form.secure.certificate.text() == ""


def test_a_key_without_a_server_is_said_beside_the_field(dialog: OpenDialog) -> None:
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    _type(dialog.server_form.address_line, "postgresql://db/x?ssh_key=/keys/id")
    assert "needs an SSH server" in dialog.server_form.problem
    assert not dialog.open_button.isEnabled()


def test_a_pasted_passphrase_moves_to_its_field(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    form.address_line.clear()
    form.address_line.insert("postgresql://db/orders?sslkey=/k&sslpassword=s3cret")
    assert form.address_line.text() == "postgresql://db/orders?sslkey=/k"
    assert form.key_passphrase == "s3cret"
    assert form.secure.passphrase.echoMode() is QLineEdit.EchoMode.Password
    assert form.section.is_open


def test_services_are_offered(
    dialog: OpenDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "services"
    file.write_text("[orders]\nhost=db\n[audit]\nhost=db2\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    completer = dialog.server_form.service.completer()
    assert completer is not None
    completer.setCompletionPrefix("aud")
    assert completer.currentCompletion() == "audit"


def test_what_cannot_be_is_said_beside_the_field(dialog: OpenDialog) -> None:
    form = dialog.server_form
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    assert not dialog.open_button.isEnabled()
    _type(form.address_line, "db.example")
    assert "postgresql://" in form.message.text
    assert form.address_line.property("state") == "invalid"
    assert not dialog.open_button.isEnabled()
    _type(form.address_line, "postgresql://db/x")
    assert form.address_line.property("state") == "neutral"
    assert form.message.text == ""
    _type(form.port, "99999")
    assert "99999 is no port" in form.message.text
    assert not dialog.open_button.isEnabled()


def test_without_a_keyring_nothing_offers_to_remember(dialog: OpenDialog) -> None:
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    assert not dialog.server_form.remember.isEnabled()
    assert dialog.server_form.remember.toolTip()


# -- options -------------------------------------------------------------------------------------


def test_options_reach_the_request(dialog: OpenDialog, tmp_path: Path, qtbot: QtBot) -> None:
    map_file = tmp_path / "열.toml"
    map_file.write_text("[events]\n", encoding="utf-8")
    key_file = tmp_path / "key"
    key_file.write_bytes(bytes(range(16)))
    options = dialog.options
    dialog.section.set_open(True)
    options.touch_nothing.click()
    options.allow_views.click()
    _type(options.schema, "audit")
    options.layout_box.setCurrentIndex(options.layout_box.findData("emmett"))
    _type(options.map_file, str(map_file))
    options.keys.add.click()
    options.keys.add.click()
    first, second = options.keys.rows
    _type(first.name, "cipher")
    _type(first.secret, base64.b64encode(bytes(32)).decode())
    second.set_file(str(key_file))
    _type(dialog.file_form.path, "/data/orders.db")
    with qtbot.waitSignal(dialog.accepted_request) as signal:
        dialog.open_button.click()
    [request] = signal.args
    assert request.options.touch_nothing
    assert request.options.allow_views
    assert (request.schema, request.layout) == ("audit", "emmett")
    assert (request.map_text, request.map_file) == ("[events]\n", str(map_file))
    assert [key.secret for key in request.keys] == [bytes(32), bytes(range(16))]
    assert request.keys[0].name == "cipher"


def test_a_closed_section_says_what_is_set_inside(dialog: OpenDialog) -> None:
    dialog.section.set_open(True)
    dialog.options.touch_nothing.click()
    _type(dialog.options.schema, "audit")
    dialog.section.set_open(False)
    assert not dialog.options.isVisible()
    heading = dialog.section.findChild(QAbstractButton)
    assert heading is not None
    assert "private copy, audit" in heading.text()


@pytest.mark.parametrize(
    ("secret", "told"),
    [("not base64!", "not written in base64"), ("AAAA", "has 3 bytes")],
)
def test_a_wrong_key_is_told_and_nothing_is_opened(
    dialog: OpenDialog, qtbot: QtBot, secret: str, told: str
) -> None:
    dialog.options.keys.add.click()
    [row] = dialog.options.keys.rows
    _type(row.secret, secret)
    _type(dialog.file_form.path, "/data/orders.db")
    with qtbot.assertNotEmitted(dialog.accepted_request):
        dialog.open_button.click()
    assert told in dialog.message.text
    assert secret not in dialog.message.text + dialog.message.hint
    row.remove.click()
    assert dialog.options.keys.entries == ()


def test_a_map_file_that_is_not_there_is_told(dialog: OpenDialog, qtbot: QtBot) -> None:
    _type(dialog.file_form.path, "/data/orders.db")
    _type(dialog.options.map_file, "/nowhere/map.toml")
    with qtbot.assertNotEmitted(dialog.accepted_request):
        dialog.open_button.click()
    assert "/nowhere/map.toml" in dialog.message.text


# -- trying and opening --------------------------------------------------------------------------


def test_the_test_answers_beside_the_field(dialog: OpenDialog, shop: Path, qtbot: QtBot) -> None:
    _type(dialog.file_form.path, str(shop))
    dialog.test_button.click()
    qtbot.waitUntil(lambda: dialog.message.tone is Tone.SUCCESS, timeout=10_000)
    assert "Python eventsourcing" in dialog.message.text
    assert "read-only" in dialog.message.hint
    assert dialog.isVisible()


@pytest.mark.parametrize("content", [None, b"not a database at all, just text" * 40, b""])
def test_a_failed_test_says_why(
    dialog: OpenDialog, tmp_path: Path, qtbot: QtBot, content: bytes | None
) -> None:
    file = tmp_path / "x.db"
    if content is not None:
        file.write_bytes(content)
    _type(dialog.file_form.path, str(file))
    dialog.test_button.click()
    bad = (Tone.ERROR, Tone.WARNING)
    qtbot.waitUntil(lambda: dialog.message.tone in bad, timeout=10_000)
    assert dialog.message.text.endswith(".")
    assert dialog.message.hint


def test_the_dialog_stays_until_the_store_is_open(
    dialog: OpenDialog, model: StoreModel, shop: Path, qtbot: QtBot
) -> None:
    _follow(dialog, model)
    _type(dialog.file_form.path, str(shop))
    dialog.open_button.click()
    assert dialog.isVisible()
    assert not dialog.open_button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)
    assert model.phase is Phase.OPEN


def test_another_store_may_be_open_before(
    dialog: OpenDialog, model: StoreModel, shop: Path, qtbot: QtBot
) -> None:
    model.open(OpenRequest(str(sample_store())))
    qtbot.waitUntil(lambda: model.phase is Phase.OPEN, timeout=10_000)
    _follow(dialog, model)
    _type(dialog.file_form.path, str(shop))
    dialog.open_button.click()
    assert dialog.waiting
    assert dialog.message.text == "Opening…"
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)
    assert model.store is not None
    assert str(shop) in model.store.address.display


def test_escape_stops_a_test_before_it_closes_the_dialog(
    dialog: OpenDialog, shop: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    go_on = threading.Event()
    asked = threading.Event()

    def slow(request: OpenRequest, work: Work) -> tuple[OpenedStore, ...]:
        asked.set()
        go_on.wait(10)
        work.check()
        raise AssertionError("the test was not stopped")

    monkeypatch.setattr(connection_test, "open_stores", slow)
    _type(dialog.file_form.path, str(shop))
    dialog.test_button.click()
    assert asked.wait(10)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.message.text == "The test was stopped."
    go_on.set()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_failed_opening_is_told_beside_the_field(
    dialog: OpenDialog, model: StoreModel, tmp_path: Path, qtbot: QtBot
) -> None:
    _follow(dialog, model)
    _type(dialog.file_form.path, str(tmp_path / "gone.db"))
    dialog.open_button.click()
    qtbot.waitUntil(lambda: dialog.message.tone is Tone.ERROR, timeout=10_000)
    assert "gone.db" in dialog.message.text
    assert dialog.isVisible()
    assert dialog.file_form.path.hasFocus()
    assert dialog.open_button.isEnabled()


def test_escape_stops_the_opening_before_it_closes_the_dialog(
    dialog: OpenDialog, model: StoreModel, qtbot: QtBot
) -> None:
    dialog.follow(model)
    dialog.stop_asked.connect(model.changed.emit)
    _type(dialog.file_form.path, "/data/orders.db")
    dialog.open_button.click()
    with qtbot.waitSignal(dialog.stop_asked):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.open_button.isEnabled()


# -- recent stores -------------------------------------------------------------------------------


def _with_recent(theme: Theme, recent: RecentStores, qtbot: QtBot) -> OpenDialog:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    recent.remember(RecentStore(f"/data/{MARKUP}.db", MARKUP, touch_nothing=True), noon)
    recent.remember(RecentStore("postgresql://mia@db/orders", "Message DB", schema="m"), noon)
    made = OpenDialog(theme, recent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_return_opens_the_store_that_was_open_last(
    theme: Theme, recent: RecentStores, qtbot: QtBot
) -> None:
    dialog = _with_recent(theme, recent, qtbot)
    assert dialog.focusWidget() is dialog.recent_list
    assert dialog.form.address == "postgresql://mia@db/orders"
    assert dialog.tabs.currentIndex() == SERVER_TAB
    with qtbot.waitSignal(dialog.accepted_request) as signal:
        QTest.keyClick(dialog.recent_list, Qt.Key.Key_Return)
    assert signal.args[0].schema == "m"


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_J])
def test_moving_in_the_list_fills_the_form(
    theme: Theme, recent: RecentStores, qtbot: QtBot, key: Qt.Key
) -> None:
    dialog = _with_recent(theme, recent, qtbot)
    QTest.keyClick(dialog.recent_list, key)
    assert dialog.form.address == f"/data/{MARKUP}.db"
    assert dialog.form.touch_nothing
    assert dialog.form.schema == ""
    QTest.keyClick(dialog.recent_list, Qt.Key.Key_Delete)
    assert [store.address for store in recent.stores] == ["postgresql://mia@db/orders"]
    assert dialog.form.address == "postgresql://mia@db/orders"
    QTest.keyClick(dialog.recent_list, Qt.Key.Key_Delete)
    assert not dialog.recent_list.isVisible()
    dialog.reject()


def test_what_a_recent_store_is_called_is_no_markup(
    theme: Theme, recent: RecentStores, qtbot: QtBot
) -> None:
    dialog = _with_recent(theme, recent, qtbot)
    index = dialog.recent_list.model().index(1, 0)
    assert index.data(Qt.ItemDataRole.DisplayRole) == f"{MARKUP}.db"
    assert "&lt;img" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert MARKUP in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert not dialog.grab().isNull()
    dialog.reject()


# -- everybody can use it ------------------------------------------------------------------------


def test_every_field_has_a_name_and_every_label_a_field(dialog: OpenDialog) -> None:
    dialog.options.keys.add.click()
    fields: list[QWidget] = [*dialog.findChildren(QLineEdit), *dialog.findChildren(QComboBox)]
    assert [field for field in fields if not field.accessibleName()] == []
    labels = [label for label in dialog.findChildren(QLabel) if "&" in label.text()]
    assert len(labels) >= 10
    assert [label.text() for label in labels if label.buddy() is None] == []
    letters = [_letter(label.text()) for label in labels]
    letters += [_letter(b.text()) for b in dialog.findChildren(QAbstractButton) if "&" in b.text()]
    assert sorted(letters) == sorted(set(letters))


def _letter(text: str) -> str:
    return text[text.index("&") + 1].lower()


def test_store_text_in_an_error_is_shown_literally(dialog: OpenDialog) -> None:
    dialog.show_failure(
        OpenRequest("x"), StoreUnavailable(f"{MARKUP} cannot be read.", hint=MARKUP)
    )
    for label in dialog.findChildren(QLabel):
        if label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
    assert dialog.message.text == f"{MARKUP} cannot be read."


def test_it_fits_a_small_screen_with_everything_open(dialog: OpenDialog, qtbot: QtBot) -> None:
    dialog.tabs.setCurrentIndex(SERVER_TAB)
    dialog.section.set_open(True)
    for _ in range(6):
        dialog.options.keys.add.click()
    QTest.qWait(20)
    assert dialog.width() <= 1280
    assert dialog.height() <= 800
    assert dialog._inside.width() <= dialog._area.viewport().width(), "cut off at its right"
    assert dialog.open_button.isVisible()
    assert dialog.rect().contains(
        dialog.open_button.mapTo(dialog, dialog.open_button.rect().bottomRight())
    )
