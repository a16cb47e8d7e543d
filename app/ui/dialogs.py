"""What asks or tells in a window of its own."""

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

import app
from app.ui.readout import NOT_DIAGNOSTIC

_VOLUMES = "*.dcm *.nii *.nii.gz *.hdr *.img *.mgh *.mgz *.nrrd *.nhdr *.mha *.mhd *.zip"
_IMAGES = f"Images (*.png *.jpg *.jpeg *.tif *.tiff *.webp *.heic *.bmp {_VOLUMES});;All files (*)"
_MASKS = f"Masks (*.png *.tif *.tiff *.bmp {_VOLUMES});;All files (*)"

_HELP = """
<table cellspacing="4">
<tr><td><b>Wheel</b></td><td>next or previous slice; zooms a single picture</td></tr>
<tr><td><b>Ctrl + wheel</b></td><td>zoom at the pointer</td></tr>
<tr><td><b>Left or middle drag</b></td><td>move the picture</td></tr>
<tr><td><b>Right drag</b></td><td>grey window: sideways width, up and down level</td></tr>
<tr><td><b>Double click, F</b></td><td>fit; <b>Z</b> one to one</td></tr>
<tr><td><b>Arrows, Page Up/Down</b></td><td>slices; <b>Home</b> and <b>End</b> the first and last</td></tr>
<tr><td><b>R, Ctrl + Return</b></td><td>run; <b>Esc</b> cancels</td></tr>
<tr><td><b>H (held)</b></td><td>hides everything that a model made</td></tr>
<tr><td><b>1 … 9, 0</b></td><td>consensus levels; all or none</td></tr>
<tr><td><b>B, S, O, C</b></td><td>agreement, soft map, readers' outlines, refined outline</td></tr>
<tr><td><b>X</b></td><td>contours or fills</td></tr>
<tr><td><b>,</b> and <b>.</b></td><td>diffusion steps</td></tr>
<tr><td><b>Click, Shift + drag, P</b></td><td>what a region model outlines; <b>Alt + arrows</b> move it</td></tr>
<tr><td><b>I, W</b></td><td>invert, reset the grey window</td></tr>
</table>
"""
_ABOUT = """
<h3>Concord {version}</h3>
<p><b>{warning}.</b> Concord is research software and not a medical device.</p>
<p>It shows not one outline but what several expert readers would agree on: consensus level <i>c</i> is the area that
at least <i>c</i> of the readers are expected to mark. How often the model's samples agree is a property of the model;
it is not the confidence of a physician.</p>
<p>Apache License 2.0</p>
"""


def dropped(data: QMimeData) -> list[Path]:
    """Return the files and folders that were dropped on a window."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def ask_file(parent: QWidget, folder: Path) -> Path | None:
    """Ask for an image file."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open an image", str(folder), _IMAGES)
    return Path(name) if name else None


def ask_folder(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a folder that holds a DICOM series."""
    name = QFileDialog.getExistingDirectory(parent, "Open a folder with a DICOM series", str(folder))
    return Path(name) if name else None


def ask_masks(parent: QWidget, folder: Path) -> list[Path]:
    """Ask for the readers' mask files."""
    names, _ = QFileDialog.getOpenFileNames(parent, "Open readers' masks", str(folder), _MASKS)
    return [Path(name) for name in names]


def ask_picture(parent: QWidget, proposed: Path) -> Path | None:
    """Ask where to write the annotated picture; the dialog asks before an existing file is replaced."""
    name, _ = QFileDialog.getSaveFileName(parent, "Export an annotated picture", str(proposed), "PNG picture (*.png)")
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_suffix(".png")


def show_help(parent: QWidget) -> None:
    """Show keys and mouse."""
    _tell(parent, "Keys and mouse", _HELP)


def show_about(parent: QWidget) -> None:
    """Show what the program is and is not."""
    _tell(parent, "About Concord", _ABOUT.format(version=app.__version__, warning=NOT_DIAGNOSTIC))


def _tell(parent: QWidget, title: str, text: str) -> None:
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Close, parent)
    box.setModal(False)
    box.button(QMessageBox.StandardButton.Close).setIcon(QIcon())
    box.open()
