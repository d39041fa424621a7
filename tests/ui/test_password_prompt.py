"""A server that wants a password: it is asked for beside the window, and never kept or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import keyring.backend
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from inspector.services.open_store import OpenRequest
from inspector.services.store_form import noting_password, wants_password
from inspector.ui.dialogs.open_dialog import SERVER_TAB, OpenDialog
from inspector.ui.dialogs.password_prompt import PasswordPrompt
from inspector.ui.models.store_model import Phase, StoreModel
from inspector.ui.recent import RecentStores, load_recent
from inspector.ui.widgets.banner import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
SECRET = "geheim 'x' 비밀"
DATABASE = "asks_for_password"


class _Keyring(keyring.backend.KeyringBackend):
    """Keeps passwords in memory."""

    priority = 9

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def own_keyring() -> Iterator[_Keyring]:
    before = keyring.get_keyring()
    made = _Keyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def address(postgres_server: PostgresServer) -> str:
    postgres_server.execute("CREATE ROLE reader_with_password LOGIN PASSWORD "
                            f"'{SECRET.replace(chr(39), chr(39) * 2)}'")  # fmt: skip
    postgres_server.execute("GRANT password_roles TO reader_with_password")
    postgres_server.create_database(DATABASE)
    postgres_server.execute(
        "CREATE TABLE stored_events (notification_id bigserial UNIQUE, originator_id uuid, "
        "originator_version int, topic text, state bytea, "
        "PRIMARY KEY (originator_id, originator_version))",
        DATABASE,
    )
    postgres_server.execute("GRANT SELECT ON stored_events TO reader_with_password", DATABASE)
    return (
        f"postgresql://reader_with_password@{postgres_server.host}:{postgres_server.port}/"
        f"{DATABASE}?sslmode=require"
    )


@pytest.fixture
def model() -> Iterator[StoreModel]:
    made = StoreModel()
    yield made
    made.close()


@pytest.fixture
def failed(address: str, model: StoreModel, qtbot: QtBot) -> OpenRequest:
    """A request that failed because nobody knew the password."""
    request = noting_password(OpenRequest(address))
    model.open(request)
    qtbot.waitUntil(lambda: model.phase is Phase.FAILED, timeout=15_000)
    assert model.error is not None
    assert wants_password(request, model.error)
    return request


def _prompt(theme: Theme, request: OpenRequest, model: StoreModel, qtbot: QtBot) -> PasswordPrompt:
    prompt = PasswordPrompt(theme, request, model.error)
    prompt.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    prompt.accepted_request.connect(model.open)
    prompt.stop_asked.connect(model.close)
    prompt.follow(model)
    qtbot.addWidget(prompt)
    prompt.show()
    return prompt


def test_the_password_opens_the_store(
    theme: Theme, failed: OpenRequest, model: StoreModel, qtbot: QtBot
) -> None:
    prompt = _prompt(theme, failed, model, qtbot)
    assert not prompt.message.isVisible()
    assert not prompt.open_button.isEnabled()
    assert prompt.focusWidget() is prompt.password
    prompt.password.insert(SECRET)
    QTest.keyClick(prompt.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not prompt.isVisible(), timeout=15_000)
    assert model.phase is Phase.OPEN
    assert SECRET not in repr(model.request)
    assert model.store is not None
    assert SECRET not in repr(model.store.request)


def test_a_wrong_password_is_told_and_can_be_corrected(
    theme: Theme, failed: OpenRequest, model: StoreModel, qtbot: QtBot
) -> None:
    prompt = _prompt(theme, failed, model, qtbot)
    prompt.password.insert("wrong")
    prompt.open_button.click()
    qtbot.waitUntil(lambda: prompt.message.tone is Tone.ERROR, timeout=15_000)
    assert prompt.isVisible()
    assert prompt.password.selectedText()
    assert prompt.password.echoMode() is QLineEdit.EchoMode.Password
    assert "wrong" not in prompt.message.text.replace("wrong password", "")
    prompt.password.clear()
    prompt.password.insert(SECRET)
    prompt.open_button.click()
    qtbot.waitUntil(lambda: not prompt.isVisible(), timeout=15_000)
    assert model.phase is Phase.OPEN


def test_a_password_is_kept_only_when_asked_for(
    theme: Theme, failed: OpenRequest, model: StoreModel, own_keyring: _Keyring, qtbot: QtBot
) -> None:
    for remember in (False, True):
        prompt = _prompt(theme, failed, model, qtbot)
        prompt.remember.setChecked(remember)
        prompt.password.insert(SECRET)
        prompt.open_button.click()
        qtbot.waitUntil(prompt.isHidden, timeout=15_000)
        assert (SECRET in own_keyring.kept.values()) is remember
    model.open(OpenRequest(failed.address))
    qtbot.waitUntil(lambda: model.phase is Phase.OPEN, timeout=15_000)


def test_escape_gives_up(
    theme: Theme, failed: OpenRequest, model: StoreModel, qtbot: QtBot
) -> None:
    prompt = _prompt(theme, failed, model, qtbot)
    QTest.keyClick(prompt.password, Qt.Key.Key_Escape)
    assert not prompt.isVisible()
    assert model.phase is Phase.FAILED


def test_the_open_dialog_goes_to_its_password_field(
    theme: Theme, address: str, model: StoreModel, own_keyring: _Keyring, qtbot: QtBot
) -> None:
    recent: RecentStores = load_recent()
    dialog = OpenDialog(theme, recent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.accepted_request.connect(model.open)
    dialog.follow(model)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_address(address)
    assert dialog.tabs.currentIndex() == SERVER_TAB
    dialog.open_button.click()
    qtbot.waitUntil(lambda: dialog.message.tone is Tone.ERROR, timeout=15_000)
    assert dialog.focusWidget() is dialog.server_form.password_line
    dialog.server_form.password_line.insert(SECRET)
    assert dialog.server_form.remember.isEnabled()
    dialog.server_form.remember.setChecked(True)
    dialog.open_button.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=15_000)
    assert model.phase is Phase.OPEN
    assert SECRET in own_keyring.kept.values()


def test_the_test_of_a_server_says_what_is_worth_knowing(
    theme: Theme, address: str, qtbot: QtBot
) -> None:
    dialog = OpenDialog(theme, load_recent())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.set_address(address)
    dialog.server_form.password_line.insert(SECRET)
    dialog.test_button.click()
    qtbot.waitUntil(lambda: dialog.message.tone is not Tone.INFO, timeout=15_000)
    assert dialog.message.tone is Tone.SUCCESS
    assert "public.stored_events" in dialog.message.text
    assert SECRET not in dialog.message.text + dialog.message.hint
    dialog.reject()
