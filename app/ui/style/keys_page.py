"""The keys of every action, and how to change them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from app.domain.words import tr
from app.ui.controls import label
from app.ui.menus import Menus
from app.ui.settings import Preferences
from app.ui.style.pages import Page

HELD_KEY = "H"


class KeysPage(Page):
    """A list of actions with their keys; a key that is taken is told, not given."""

    def __init__(self, menus: Menus) -> None:
        """List the actions.

        Args:
            menus: that hold them.
        """
        super().__init__(tr("Keys"))
        self._menus = menus
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Actions and their keys"))
        self.list.setHeaderLabels([tr("Action"), tr("Keys")])
        self.list.setRootIsDecorated(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.key = QKeySequenceEdit()
        self.key.setAccessibleName(tr("New key"))
        self.key.setMaximumSequenceLength(1)
        self.set_button, self.reset_button = QPushButton(tr("Set key")), QPushButton(tr("Reset"))
        self.reset_all_button = QPushButton(tr("Reset all"))
        self.complaint = label("", "caution", wraps=True)
        row = QHBoxLayout()
        row.addWidget(label(tr("New key")))
        row.addWidget(self.key, 1)
        for button in (self.set_button, self.reset_button, self.reset_all_button):
            row.addWidget(button)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.complaint)
        self._connect()

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._on_action_chosen)
        self.key.keySequenceChanged.connect(self._show_state)
        self.set_button.clicked.connect(self._on_set_clicked)
        self.reset_button.clicked.connect(self._on_reset_clicked)
        self.reset_all_button.clicked.connect(lambda: self.edit(keys={}))

    def set_preferences(self, preferences: Preferences) -> None:
        """Show every action with the keys that it has now."""
        super().set_preferences(preferences)
        chosen = self.chosen
        self.list.clear()
        for action in self._menus.actions:
            item = QTreeWidgetItem([action.text().rstrip("…"), _keys_text(action)])
            item.setData(0, Qt.ItemDataRole.UserRole, action)
            self.list.addTopLevelItem(item)
            if action is chosen:
                self.list.setCurrentItem(item)
        self._show_state()

    @property
    def chosen(self) -> QAction | None:
        """The action whose keys are being changed."""
        item = self.list.currentItem()
        return None if item is None else item.data(0, Qt.ItemDataRole.UserRole)

    def owner(self, key: QKeySequence) -> str:
        """Say what another action has a key; empty where none has."""
        if key.toString() == HELD_KEY:
            return tr("Hide AI while held")
        others = (action for action in self._menus.actions if action is not self.chosen)
        return next((action.text().rstrip("…") for action in others if key in action.shortcuts()), "")

    def _show_state(self) -> None:
        key = self.key.keySequence()
        is_free = not key.isEmpty() and not self._complain(key)
        if key.isEmpty():
            self.complaint.clear()
        self.set_button.setEnabled(self.chosen is not None and is_free)
        self.reset_button.setEnabled(self.chosen is not None and self.chosen.objectName() in self.preferences.keys)
        self.reset_all_button.setEnabled(bool(self.preferences.keys))

    def _complain(self, *keys: QKeySequence) -> bool:
        """Say which of some keys belongs to another action, if one does."""
        owned = next(((key, owner) for key in keys if (owner := self.owner(key))), None)
        sentence = tr("{key} already belongs to “{action}”.")
        self.complaint.setText("" if owned is None else sentence.format(key=owned[0].toString(), action=owned[1]))
        return owned is not None

    def _on_action_chosen(self) -> None:
        self.key.clear()
        self._show_state()

    def _on_set_clicked(self) -> None:
        if self.chosen is not None:
            key = self.key.keySequence().toString()
            self.key.clear()
            self.edit(keys={**self.preferences.keys, self.chosen.objectName(): (key,)})

    def _on_reset_clicked(self) -> None:
        action = self.chosen
        if action is not None and not self._complain(*map(QKeySequence, self._menus.own_keys[action])):
            kept = {name: keys for name, keys in self.preferences.keys.items() if name != action.objectName()}
            self.edit(keys=kept)


def _keys_text(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ",  ".join(key.toString(native) for key in action.shortcuts())
