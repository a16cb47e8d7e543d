"""Colours that can be read, and a theme that changes at once."""

import re
from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from app.places import resources_folder
from app.ui import theme
from app.ui.palette import DARK, LIGHT, Palette
from app.ui.start import make_application
from app.ui.theme import Look, apply_theme
from app.ui.window import MainWindow

TEXTS = (
    ("text", "panel"),
    ("text", "field"),
    ("text", "hover"),
    ("text", "line"),
    ("text", "notice_ground"),
    ("text", "error_ground"),
    ("text", "done_ground"),
    ("quiet", "panel"),
    ("quiet", "field"),
    ("caution", "panel"),
    ("caution", "notice_ground"),
    ("error", "error_ground"),
    ("done", "done_ground"),
    ("on_primary", "primary"),
    ("on_primary", "primary_hover"),
    ("on_held", "held"),
)
RINGS = (("focus", "panel"), ("focus", "field"), ("edge", "panel"), ("edge", "field"), ("accent", "panel"))


def luminance(colour: str) -> float:
    """Return WCAG 2.2's relative luminance of "#rrggbb"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return WCAG 2.2's contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_standards_own() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_stands_out_from_its_ground(palette: Palette) -> None:
    weak = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_rings_and_boxes_can_be_seen(palette: Palette) -> None:
    weak = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in RINGS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_texts_over_the_picture_stand_out_from_its_ground() -> None:
    for colour in (theme.TEXT, theme.QUIET, theme.WARNING, theme.SYNTHETIC):
        assert contrast(colour, theme.GROUND) >= 4.5


def test_the_style_sheet_knows_no_colour_of_its_own() -> None:
    sheet = (resources_folder() / "themes" / "concord.qss").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{6}|:\s*(?:white|black)\b", sheet) == []


def test_a_theme_changes_at_once_and_the_picture_stays_dark(
    window: MainWindow, open_series: Callable[[], None]
) -> None:
    open_series()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    seen = {}
    for look in (Look.LIGHT, Look.DARK):
        apply_theme(application, look)
        picture = window.grab().toImage()
        panel = window.model.mapTo(window, window.model.rect().topRight())
        ground = window.canvas.mapTo(window, window.canvas.rect().topLeft())
        seen[look] = picture.pixelColor(panel).name(), picture.pixelColor(ground).name()
    assert seen == {Look.LIGHT: (LIGHT.panel, theme.GROUND), Look.DARK: (DARK.panel, theme.GROUND)}


def test_text_grows_and_the_panels_with_it(window: MainWindow, open_series: Callable[[], None]) -> None:
    open_series()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = window.model.run_button.sizeHint().height(), window.model.width()
    apply_theme(application, Look.DARK, 150)
    window.grab()
    after = window.model.run_button.sizeHint().height(), window.model.width()
    apply_theme(application)
    assert window.model.fontInfo().pixelSize() in {13, 20}
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_the_system_decides_where_it_is_asked(qapp: QApplication) -> None:
    apply_theme(qapp, Look.SYSTEM)  # without a display the system says nothing
    assert theme.present() == DARK
    assert qapp.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.text)


def test_lengths_are_as_written_before_a_theme_is_worn(qapp: QApplication) -> None:
    before, plain = qapp.font(), QFont()
    plain.setPointSize(10)
    qapp.setFont(plain)
    assert theme.scaled(296) == 296
    qapp.setFont(before)


@pytest.mark.parametrize("look", [Look.DARK, Look.LIGHT])
def test_a_ticked_box_that_cannot_be_changed_still_looks_ticked(qtbot: QtBot, look: Look) -> None:
    """De-identifying is on, and greyed out where nothing needs it; it must not look as if it were off."""
    application = make_application()
    apply_theme(application, look)
    pictures = []
    for ticked in (True, False):
        box = QCheckBox("De-identify")
        qtbot.addWidget(box)
        box.setChecked(ticked)
        box.setEnabled(False)
        box.show()
        image = box.grab().toImage()
        ratio = box.devicePixelRatioF()
        pictures.append([image.pixelColor(round(x * ratio), image.height() // 2).lightness() for x in range(4, 16)])
    apply_theme(application, Look.DARK)
    assert max(abs(on - off) for on, off in zip(*pictures, strict=True)) > 60
