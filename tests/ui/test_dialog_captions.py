"""Every dialog in every language: no text has less room than it needs, on a screen of 1280 x 800."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QStyle,
    QWidget,
)
from PySide6.QtWidgets import QStyleOptionComboBox as ComboBoxOption
from pytestqt.qtbot import QtBot

from app.domain.measure import Kind, Measurement
from app.ui.dialogs import save_question
from app.ui.export_dialog import ExportDialog
from app.ui.help import HelpDialog
from app.ui.languages import Language
from app.ui.reading.greys import GreyValues
from app.ui.style.habits import Habits
from app.ui.style.model_facts import ModelFacts
from app.ui.style.touring import Touring
from app.ui.window import MainWindow
from app.ui.worklist_dialog import WorklistDialog
from tests.ui.speakers import window_in

SCREEN = (1280, 800)
LANGUAGES = (Language.ENGLISH, Language.GERMAN, Language.FRENCH, Language.SPANISH, Language.CHINESE)


@pytest.fixture(params=LANGUAGES, ids=lambda language: language.value)
def window(qtbot: QtBot, request: pytest.FixtureRequest, home: Path) -> Iterator[MainWindow]:
    """Return a window in a language, with a series run."""
    del home
    with window_in(request.param, qtbot, SCREEN) as window:
        yield window


def cut_off(parent: QWidget) -> list[str]:
    """Return the texts that have less room than they need, on one line or on several."""
    QApplication.processEvents()
    labels = [label for label in parent.findChildren(QLabel) if label.isVisible() and label.text()]
    lines: list[QWidget] = [label for label in labels if not label.wordWrap()]
    lines += [button for button in parent.findChildren(QAbstractButton) if button.isVisible() and button.text()]
    cut = [_text(widget) for widget in lines if widget.width() < widget.minimumSizeHint().width()]
    blocks = [label for label in labels if label.wordWrap()]
    cut += [label.text() for label in blocks if label.height() < label.heightForWidth(label.width())]
    low = [each for kind in (QAbstractButton, QComboBox, QAbstractSpinBox) for each in parent.findChildren(kind)]
    cut += [f"{_name(each)}: too low" for each in low if each.isVisible() and _is_low(each)]
    cut += [menu.currentText() for menu in parent.findChildren(QComboBox) if menu.isVisible() and not _fits(menu)]
    if parent.isWindow() and (parent.width() > SCREEN[0] or parent.height() > SCREEN[1]):
        cut.append(f"the dialog itself: {parent.width()} x {parent.height()}")
    return cut


def _is_low(widget: QWidget) -> bool:
    return widget.height() < widget.minimumSizeHint().height()


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or _text(widget)


def _text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def _fits(menu: QComboBox) -> bool:
    option = ComboBoxOption()
    menu.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    room = menu.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, menu).width()
    return menu.fontMetrics().horizontalAdvance(menu.currentText()) <= room


def test_the_export_dialog(window: MainWindow) -> None:
    """With everything chosen and everything to choose from, at its usual size and at its smallest."""
    line = Measurement(Kind.DISTANCE, 2, ((1.0, 1.0), (9.0, 9.0)))
    window.session.set_view(replace(window.session.view, measurements=(line,)))
    window.actions_.export_more.trigger()
    (dialog,) = window.findChildren(ExportDialog)
    assert cut_off(dialog) == []
    for box in dialog.panel.boxes.values():
        box.setChecked(True)
    assert cut_off(dialog) == []
    dialog.panel.deidentify.setChecked(False)
    dialog.resize(dialog.minimumSizeHint())
    assert cut_off(dialog) == []
    dialog.reject()


def test_the_worklist(window: MainWindow) -> None:
    window.desk.ask_worklist()
    (dialog,) = window.findChildren(WorklistDialog)
    for box in dialog.panel.boxes.values():
        box.setChecked(True)
    assert cut_off(dialog) == []
    dialog.resize(dialog.minimumSizeHint())
    assert cut_off(dialog) == []
    dialog.close()


def test_every_page_of_the_settings(window: MainWindow) -> None:
    habits = next(part for part in window.features if isinstance(part, Habits))
    habits.open_dialog()
    assert habits.dialog is not None
    for row in range(habits.dialog.names.count()):
        habits.dialog.names.setCurrentRow(row)
        assert cut_off(habits.dialog) == []
    names = habits.dialog.names
    assert names.sizeHintForColumn(0) <= names.viewport().width()


def test_what_is_told_of_the_model_and_of_the_keys(window: MainWindow) -> None:
    facts = next(part for part in window.features if isinstance(part, ModelFacts))
    facts.open_dialog()
    window.show_help()
    for dialog in (facts.dialog, window.findChildren(HelpDialog)[-1]):
        assert isinstance(dialog, QDialog)
        assert cut_off(dialog) == []
        dialog.close()


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_question_whether_to_save(window: MainWindow) -> None:
    box, answers = save_question(window)
    box.open()
    assert len(answers) == 3
    assert cut_off(box) == []
    box.close()


def test_level_and_width_as_numbers(window: MainWindow) -> None:
    greys = next(part for part in window.features if isinstance(part, GreyValues))
    greys.ask()
    assert cut_off(greys.dialog) == []
    greys.dialog.close()


def test_the_tour(window: MainWindow) -> None:
    touring = next(part for part in window.features if isinstance(part, Touring))
    touring.begin()
    tour = touring.tour
    assert tour is not None
    while touring.tour is not None:
        assert cut_off(tour.call_out) == []
        assert tour.rect().contains(tour.call_out.geometry())
        tour.next_button.click()


def test_the_panels_beside_the_picture(window: MainWindow) -> None:
    assert cut_off(window) == []
