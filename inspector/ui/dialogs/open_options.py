"""How a store is to be opened: protection, views, schema, layout, map file, keys, rules.

Nothing here is needed for a usual store, so the section is closed until somebody opens it, and
its heading says what is set inside.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, tr
from inspector.services.store_form import StoreForm, layout_choices
from inspector.ui.dialogs.form_rows import explained, field_label, form_grid
from inspector.ui.dialogs.key_list import KeyList
from inspector.ui.schema_desk import schema_filters
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from inspector.ui.theme import Theme


class OpenOptionsForm(QWidget):
    """The fields of the section."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.touch_nothing = QCheckBox(tr("Touch &nothing: work on a private copy"))
        self.allow_views = QCheckBox(tr("Also read v&iews and foreign tables"))
        self.use_keys = QCheckBox(tr("Use the keys that the store keeps for single values"))
        self.schema = QLineEdit()
        self.schema.setPlaceholderText(tr("all schemas"))
        self.schema.setAcceptDrops(False)
        self.layout_box = QComboBox()
        self.layout_box.addItem(tr("Recognise it"), "")
        for name, title in layout_choices():
            self.layout_box.addItem(title, name)
        self.map_file = QLineEdit()
        self.map_file.setPlaceholderText(tr("for tables that no layout knows"))
        self.map_file.setAcceptDrops(False)
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.keys = KeyList(theme)
        self.rules = QLineEdit()
        self.rules.setPlaceholderText(tr("what the events do, for exact states"))
        self.rules.setAcceptDrops(False)
        self.browse_rules = QPushButton(tr("Choose…"))
        self.browse_rules.setAutoDefault(False)
        self.browse_rules.clicked.connect(self._browse_rules)
        self.schemas = QLineEdit()
        self.schemas.setPlaceholderText(tr("for Avro and Protocol Buffers"))
        self.schemas.setAcceptDrops(False)
        self.browse_schemas = QPushButton(tr("Choose…"))
        self.browse_schemas.setAutoDefault(False)
        self.browse_schemas.clicked.connect(self._browse_schemas)
        self.schema_folder = QPushButton(tr("Folder…"))
        self.schema_folder.setAutoDefault(False)
        self.schema_folder.clicked.connect(self._browse_folder)
        self.replayer = QLineEdit()
        self.replayer.setPlaceholderText(tr("command of your own code, or a .js projection"))
        self.replayer.setAcceptDrops(False)
        tip = tr("It is run only after you have allowed that very command.")
        self.replayer.setToolTip(tooltip_text(tip))
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        copy = tr(
            "Reading a live SQLite file may write an index file beside it; a copy does not, "
            "but does not follow the original either."
        )
        views = tr("A view runs code of whoever made it. Leave this off unless you know its owner.")
        column.addWidget(explained(theme, self.touch_nothing, copy))
        column.addWidget(explained(theme, self.allow_views, views))
        secrets = tr(
            "Some stores keep a key for each person whose data they encrypt. Without this, such "
            "data are only told apart: encrypted, key erased, or corrupt."
        )
        column.addWidget(explained(theme, self.use_keys, secrets))
        grid = form_grid()
        grid.addWidget(field_label(tr("Sche&ma"), self.schema), 0, 0)
        grid.addWidget(self.schema, 0, 1)
        grid.addWidget(field_label(tr("&Layout"), self.layout_box), 1, 0)
        grid.addWidget(self.layout_box, 1, 1)
        grid.addWidget(field_label(tr("Ma&p file"), self.map_file), 2, 0)
        grid.addLayout(_beside(self.map_file, self.browse), 2, 1)
        grid.addWidget(field_label(tr("Rules files"), self.rules), 3, 0)
        grid.addLayout(_beside(self.rules, self.browse_rules), 3, 1)
        grid.addWidget(field_label(tr("Replayer"), self.replayer), 4, 0)
        grid.addWidget(self.replayer, 4, 1)
        grid.addWidget(field_label(tr("Payload schemas"), self.schemas), 5, 0)
        schemas = _beside(self.schemas, self.browse_schemas)
        schemas.addWidget(self.schema_folder)
        grid.addLayout(schemas, 5, 1)
        keys = field_label(tr("Decryption keys"), self.keys)
        keys.setMinimumHeight(self.keys.add.sizeHint().height())
        grid.addWidget(keys, 6, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.keys, 6, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)

    def add_to(self, form: StoreForm) -> StoreForm:
        """The form with what is set here."""
        return replace(
            form,
            schema=self.schema.text().strip(),
            layout=str(self.layout_box.currentData()),
            map_file=self.map_file.text().strip(),
            keys=self.keys.entries,
            touch_nothing=self.touch_nothing.isChecked(),
            allow_views=self.allow_views.isChecked(),
            rules=_paths_in(self.rules),
            schemas=_paths_in(self.schemas),
            use_stored_keys=self.use_keys.isChecked(),
            replayer=self.replayer.text().strip(),
        )

    def show_form(self, form: StoreForm) -> None:
        """Show what a form says; keys stay as they are."""
        self.schema.setText(form.schema)
        self.layout_box.setCurrentIndex(max(0, self.layout_box.findData(form.layout)))
        self.map_file.setText(form.map_file)
        self.touch_nothing.setChecked(form.touch_nothing)
        self.allow_views.setChecked(form.allow_views)
        self.rules.setText(os.pathsep.join(form.rules))
        self.schemas.setText(os.pathsep.join(form.schemas or ()))
        self.replayer.setText(form.replayer)

    @property
    def summary(self) -> str:
        """What is set, in a few words; empty when nothing is."""
        keys = len(self.keys.entries)
        parts = (
            tr("private copy") if self.touch_nothing.isChecked() else "",
            tr("views") if self.allow_views.isChecked() else "",
            self.schema.text().strip(),
            self.layout_box.currentText() if self.layout_box.currentData() else "",
            tr("map file") if self.map_file.text().strip() else "",
            tr("rules") if self.rules.text().strip() else "",
            tr("replayer") if self.replayer.text().strip() else "",
            tr("payload schemas") if self.schemas.text().strip() else "",
            tr("the store's keys") if self.use_keys.isChecked() else "",
            counted(keys, "{n} key", "{n} keys") if keys else "",
        )
        return ", ".join(part for part in parts if part)

    def _browse_rules(self) -> None:
        dialog = QFileDialog(self, tr("Choose rules files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([tr("Rules files (*.toml)"), tr("All files (*)")])
        dialog.filesSelected.connect(lambda names: self.rules.setText(os.pathsep.join(names)))
        dialog.open()

    def _browse_schemas(self) -> None:
        dialog = QFileDialog(self, tr("Choose schemas for the payloads"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(schema_filters())
        dialog.filesSelected.connect(lambda names: self.schemas.setText(os.pathsep.join(names)))
        dialog.open()

    def _browse_folder(self) -> None:
        dialog = QFileDialog(self, tr("Choose a folder of schemas"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.schemas.setText)
        dialog.open()

    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("Choose a map file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Map files (*.toml)"), tr("All files (*)")])
        dialog.fileSelected.connect(self.map_file.setText)
        dialog.open()


def _paths_in(field: QLineEdit) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, field.text().split(os.pathsep))))


def _beside(field: QLineEdit, button: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(field, 1)
    row.addWidget(button)
    return row
