"""Colours, distances and the style sheet: dark, so that the eye stays adapted to the image."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.places import resources_folder

SPACE = 8
PANEL_WIDTH = 296

GROUND = "#0d0f12"
PANEL = "#1a1d22"
FIELD = "#262b32"
LINE = "#39404a"
TEXT = "#e8ebee"
QUIET = "#aab3bd"
ACCENT = "#3d8bff"
ACCENT_LIT = "#6aa8ff"
WARNING = "#ffb547"
ERROR = "#ff7a70"
DONE = "#6fcf97"
SYNTHETIC = "#ff5cc8"

_SHEET = f"""
* {{ font-size: 13px; }}
QMainWindow, QDialog {{ background: {PANEL}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: {PANEL}; border: none; }}
QLabel {{ color: {TEXT}; background: transparent; }}
QLabel[role="heading"] {{ color: {TEXT}; font-weight: 600; font-size: 14px; }}
QLabel[role="caption"], QLabel[role="note"] {{ color: {QUIET}; }}
QLabel[role="caution"] {{ color: {WARNING}; }}
QLabel[role="sentence"] {{ color: {TEXT}; font-size: 14px; }}
QFrame[role="rule"] {{ background: {LINE}; border: none; max-height: 1px; min-height: 1px; }}
QToolBar {{ background: {PANEL}; border: none; border-bottom: 1px solid {LINE}; spacing: 4px; padding: 4px 8px; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 6px 6px; }}
QToolButton {{ color: {TEXT}; background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 5px 10px; }}
QToolButton:hover {{ background: {FIELD}; }}
QToolButton:focus {{ border-color: {ACCENT_LIT}; }}
QToolButton:checked {{ background: {FIELD}; border-color: {LINE}; }}
QToolButton:disabled {{ color: #6b747e; }}
QMenuBar {{ background: {PANEL}; color: {TEXT}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {FIELD}; }}
QMenu {{ background: {FIELD}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 3px; }}
QMenu::item:selected {{ background: {ACCENT}; color: white; }}
QMenu::item:disabled {{ color: #7b848e; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QPushButton {{ color: {TEXT}; background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px; padding: 6px 12px; }}
QPushButton:hover {{ background: #303640; }}
QPushButton:focus {{ border-color: {ACCENT_LIT}; }}
QPushButton:checked {{ background: {WARNING}; color: #17130a; border-color: {WARNING}; }}
QPushButton:disabled {{ color: #737c86; background: #20242a; border-color: #2b3037; }}
QPushButton[role="primary"] {{ background: #1f6fe5; border-color: #1f6fe5; color: white; font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {ACCENT}; }}
QPushButton[role="primary"]:focus {{ border-color: white; }}
QPushButton[role="primary"]:disabled {{ background: #2a3a52; border-color: #2a3a52; color: #8fa0b8; }}
QPushButton[role="small"] {{ padding: 2px 8px; }}
QComboBox, QSpinBox {{ color: {TEXT}; background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px;
    padding: 2px 8px; min-height: 22px; selection-background-color: {ACCENT}; }}
QComboBox:focus, QSpinBox:focus {{ border-color: {ACCENT_LIT}; }}
QComboBox:disabled, QSpinBox:disabled {{ color: #7b848e; }}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url("ICONS/down.svg"); width: 12px; height: 12px; }}
QSpinBox {{ padding-right: 20px; }}
QSpinBox::up-button, QSpinBox::down-button {{ subcontrol-origin: border; border: none; width: 20px; }}
QSpinBox::up-button {{ subcontrol-position: top right; margin-top: 2px; }}
QSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 2px; }}
QSpinBox::up-arrow {{ image: url("ICONS/up.svg"); width: 12px; height: 12px; }}
QSpinBox::down-arrow {{ image: url("ICONS/down.svg"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {FIELD}; color: {TEXT}; border: 1px solid {LINE};
    selection-background-color: {ACCENT}; outline: none; }}
QCheckBox {{ color: {TEXT}; spacing: 8px; padding: 2px; border: 1px solid transparent; border-radius: 4px; }}
QCheckBox:focus {{ border-color: {ACCENT_LIT}; }}
QCheckBox:disabled {{ color: #7b848e; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid #7a8591; border-radius: 3px;
    background: {FIELD}; }}
QCheckBox::indicator:hover {{ border-color: {ACCENT_LIT}; }}
QCheckBox::indicator:checked {{ background: #1f6fe5; border-color: #1f6fe5; image: url("ICONS/check.svg"); }}
QCheckBox::indicator:disabled {{ border-color: #454d57; background: {PANEL}; }}
QTableWidget {{ background: {FIELD}; color: {TEXT}; border: 1px solid {LINE}; gridline-color: {LINE}; }}
QHeaderView::section {{ background: {PANEL}; color: {QUIET}; border: none; border-bottom: 1px solid {LINE};
    padding: 4px; }}
QProgressBar {{ background: {FIELD}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}
QSlider {{ border: 1px solid transparent; border-radius: 4px; }}
QSlider:horizontal {{ min-height: 22px; }}
QSlider:vertical {{ min-width: 20px; }}
QSlider:focus {{ border-color: {ACCENT_LIT}; }}
QSlider::groove:horizontal {{ height: 4px; background: {LINE}; border-radius: 2px; }}
QSlider::groove:vertical {{ width: 4px; background: {LINE}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {ACCENT}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {LINE}; }}
QSlider::handle {{ border-radius: 7px; background: {TEXT}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; }}
QSlider::handle:vertical {{ width: 14px; height: 14px; margin: 0 -5px; }}
QSlider::handle:disabled {{ background: #59626d; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: #4a525c; border-radius: 4px; min-height: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QToolTip {{ color: {TEXT}; background: {FIELD}; border: 1px solid {LINE}; padding: 4px; }}
QWidget#message {{ background: #2b2618; border-bottom: 1px solid {LINE}; }}
QWidget#message[tone="error"] {{ background: #3a1f1f; }}
QWidget#message[tone="done"] {{ background: #1b2f25; }}
QWidget#stepbar {{ background: {PANEL}; border-top: 1px solid {LINE}; }}
QWidget#slicebar {{ background: {PANEL}; }}
QWidget#loadbar {{ background: {PANEL}; border-top: 1px solid {LINE}; }}
QWidget#chooser, QWidget#start {{ background: {GROUND}; }}
QFrame#dropplace {{ background: transparent; border: 1px dashed #59626d; border-radius: 10px; }}
QFrame#dropplace[over="true"] {{ border: 1px dashed {ACCENT_LIT}; background: {PANEL}; }}
QLabel[role="title"] {{ font-size: 30px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {QUIET}; font-size: 16px; }}
QPlainTextEdit {{ color: {TEXT}; background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px; padding: 2px; }}
QPlainTextEdit:focus {{ border-color: {ACCENT_LIT}; }}
QListWidget {{ background: transparent; border: none; outline: none; }}
QListWidget::item {{ color: {TEXT}; border: 2px solid transparent; border-radius: 6px; padding: 4px; }}
QListWidget::item:hover {{ background: {FIELD}; }}
QListWidget::item:selected {{ background: {FIELD}; border-color: {ACCENT_LIT}; }}
QWidget#panel {{ background: {PANEL}; }}
"""


def apply_theme(application: QApplication) -> None:
    """Give the whole program its look."""
    application.setStyle("Fusion")
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, PANEL),
        (roles.WindowText, TEXT),
        (roles.Base, FIELD),
        (roles.AlternateBase, PANEL),
        (roles.Text, TEXT),
        (roles.PlaceholderText, QUIET),
        (roles.Button, FIELD),
        (roles.ButtonText, TEXT),
        (roles.Highlight, ACCENT),
        (roles.HighlightedText, "#ffffff"),
        (roles.ToolTipBase, FIELD),
        (roles.ToolTipText, TEXT),
        (roles.Link, ACCENT_LIT),
        (roles.Mid, LINE),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#7b848e"))
    application.setPalette(palette)
    application.setStyleSheet(_SHEET.replace("ICONS", (resources_folder() / "icons").as_posix()))
