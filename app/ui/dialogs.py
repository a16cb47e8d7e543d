"""What asks or tells in a window of its own."""

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

import app
from app.domain.words import mark, tr
from app.ui.readout import NOT_DIAGNOSTIC

_VOLUMES = "*.dcm *.nii *.nii.gz *.hdr *.img *.mgh *.mgz *.nrrd *.nhdr *.mha *.mhd *.zip"
_IMAGES = f"*.png *.jpg *.jpeg *.tif *.tiff *.webp *.heic *.bmp {_VOLUMES} *.concord"
_MASKS = f"*.png *.tif *.tiff *.bmp {_VOLUMES}"

_ABOUT = mark(
    """
<h3>Concord {version}</h3>
<p><b>{warning}.</b> Concord is research software and not a medical device.</p>
<p>It shows not one outline but what several expert readers would agree on: consensus level <i>c</i> is the area that
at least <i>c</i> of the readers are expected to mark. How often the model's samples agree is a property of the model;
it is not the confidence of a physician.</p>
<p>Apache License 2.0</p>
"""
)


def dropped(data: QMimeData) -> list[Path]:
    """Return the files and folders that were dropped on a window."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def ask_file(parent: QWidget, folder: Path) -> Path | None:
    """Ask for an image file."""
    name, _ = QFileDialog.getOpenFileName(parent, tr("Open an image"), str(folder), _filter(tr("Images"), _IMAGES))
    return Path(name) if name else None


def ask_folder(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a folder that holds a DICOM series."""
    name = QFileDialog.getExistingDirectory(parent, tr("Open a folder with a DICOM series"), str(folder))
    return Path(name) if name else None


def ask_masks(parent: QWidget, folder: Path) -> list[Path]:
    """Ask for the readers' mask files."""
    names, _ = QFileDialog.getOpenFileNames(
        parent, tr("Open readers' masks"), str(folder), _filter(tr("Masks"), _MASKS)
    )
    return [Path(name) for name in names]


def ask_picture(parent: QWidget, proposed: Path) -> Path | None:
    """Ask where to write the annotated picture; the dialog asks before an existing file is replaced."""
    name, _ = QFileDialog.getSaveFileName(
        parent, tr("Export an annotated picture"), str(proposed), tr("PNG picture (*.png)")
    )
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_suffix(".png")


class Answer(Enum):
    """What is to become of unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


def ask_to_save(parent: QWidget) -> Answer:
    """Ask what is to become of unsaved work; Escape cancels."""
    box, answers = save_question(parent)
    box.exec()
    box.deleteLater()
    return answers.get(box.clickedButton(), Answer.CANCEL)


def save_question(parent: QWidget) -> tuple[QMessageBox, dict[QAbstractButton, Answer]]:
    """Return the box that asks, and what its buttons mean."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Save session"), tr("Save the session?"), parent=parent)
    box.setInformativeText(
        tr(
            "What you have drawn, measured or noted here is not in a session file yet. "
            "Notes come back with their study in any case; the rest would be lost."
        )
    )
    kinds = QMessageBox.ButtonRole
    save = box.addButton(tr("Save"), kinds.AcceptRole)
    discard = box.addButton(tr("Discard"), kinds.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), kinds.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    return box, {save: Answer.SAVE, discard: Answer.DISCARD, cancel: Answer.CANCEL}


def show_about(parent: QWidget) -> None:
    """Show what the program is and is not."""
    _tell(parent, tr("About Concord"), tr(_ABOUT).format(version=app.__version__, warning=tr(NOT_DIAGNOSTIC)))


def _filter(name: str, endings: str) -> str:
    return f"{name} ({endings});;{tr('All files')} (*)"


def _tell(parent: QWidget, title: str, text: str) -> None:
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Close, parent)
    box.setModal(False)
    box.button(QMessageBox.StandardButton.Close).setIcon(QIcon())
    box.open()
