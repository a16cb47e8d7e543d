"""Saving an outline to a file."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.case import Case
from app.domain.errors import MissingSliceError
from app.domain.words import tr
from app.export.own import Outline
from app.export.saving import Format, order_of
from app.ui.choice import Tone
from app.ui.editing.edits import Edits
from app.ui.exports import Exports

STEM = "my-outline"


@dataclass(frozen=True, slots=True)
class Way:
    """A kind of file that is offered.

    Attributes:
        caption: with the ending of its names, as file dialogs take it.
        format: of the file.
        deidentified: whether it leaves out everything that names a patient.
    """

    caption: str
    format: Format
    deidentified: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """Where an outline goes.

    Attributes:
        path: of the file.
        way: the kind of file.
        overwrite: whether the user was asked about a file that is there already.
    """

    path: Path
    way: Way
    overwrite: bool = False


def ways(case: Case) -> list[Way]:
    """Return the kinds of files that can hold a case's outlines, the usual one first."""
    nifti = Way(tr("NIfTI volume (*.nii.gz)"), Format.NIFTI)
    dicom = [
        Way(tr("DICOM segmentation, de-identified (*.dcm)"), Format.DICOM),
        Way(tr("DICOM segmentation with the patient's identity (*.dcm)"), Format.DICOM, deidentified=False),
    ]
    picture = Way(tr("PNG picture, white inside (*.png)"), Format.PNG)
    return [picture, nifti, *dicom[:1]] if case.slices == 1 and not case.sources else [nifti, *dicom]


def named(path: Path, way: Way) -> Path:
    """Return a path with the ending of its format."""
    ending = way.format.value
    return path if path.name.lower().endswith(ending) else path.with_name(path.name + ending)


def ask_where(parent: QWidget, case: Case, folder: Path) -> Target | None:
    """Ask where to write an outline; the dialog asks before an existing file is replaced."""
    offered = ways(case)
    dialog = QFileDialog(parent, tr("Save my outline"), str(folder / STEM), ";;".join(way.caption for way in offered))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(offered[0].format.value[1:])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_way(offered, chosen).format.value[1:]))
    accepted = dialog.exec()
    files, chosen = dialog.selectedFiles(), dialog.selectedNameFilter()
    dialog.deleteLater()
    if not accepted or not files:
        return None
    way = _way(offered, chosen)
    path = named(Path(files[0]), way)
    return Target(path, way, overwrite=path == Path(files[0]))


def save(edits: Edits, exports: Exports, target: Target) -> None:
    """Write the layer in hand in the background."""
    session, layer = edits.session, edits.layer
    if session.case is None or edits.masks is None or layer is None:
        return
    try:
        masks, kind = edits.masks.volume(layer.key), target.way.format
        order = order_of(session.case, masks, target.path, session.source, kind)
    except MissingSliceError as error:
        session.tell(str(error), Tone.ERROR)
        return
    exports.save_drawn(
        replace(order, copied=bool(layer.origin), deidentified=target.way.deidentified, overwrite=target.overwrite)
    )


def handed_on(edits: Edits, slice_index: int) -> tuple[Outline, ...]:
    """Return the outlines that are seen on a slice, for pages that are handed on."""
    masks = edits.masks
    if masks is None:
        return ()
    seen = [(layer, masks.mask(layer.key, slice_index)) for layer in masks.layers if layer.key not in masks.hidden]
    return tuple(
        Outline(mask.copy(), layer.colour, copied=bool(layer.origin))
        for layer, mask in seen
        if mask is not None and mask.any()
    )


def _way(offered: list[Way], caption: str) -> Way:
    return next((way for way in offered if way.caption == caption), offered[0])
