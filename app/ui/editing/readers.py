"""Drawn layers among the readers of the open case."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from app.domain.case import Case, References
from app.domain.edit import Edit, Layer
from app.domain.words import tr
from app.ui.choice import Tone
from app.ui.editing.edits import Edits


class OwnReaders(QObject):
    """Lets the layers that count as readers join those opened from files, and keeps up with what is drawn."""

    def __init__(self, edits: Edits, parent: QObject | None = None) -> None:
        """Follow the layers from now on."""
        super().__init__(parent)
        self._edits = edits
        self._files: References | None = None
        self._made: References | None = None
        self._keys: tuple[int, ...] = ()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._join)
        edits.session.case_changed.connect(self._on_case_changed)
        edits.settled.connect(self._on_settled)

    @Slot(object)
    def _on_case_changed(self, case: Case) -> None:
        """Take what others gave the case as the readers from files; join them once everyone has heard of the case."""
        if case.references is None or case.references is not self._made:
            self._files, self._made, self._keys = case.references, None, ()
            self._later.start()

    @Slot(object)
    def _on_settled(self, edit: Edit) -> None:
        layers = [layer for layer in self._edits.layers if layer.is_reader]
        names = () if self._made is None else self._made.names[self._count :]
        if tuple(layer.key for layer in layers) != self._keys or tuple(layer.name for layer in layers) != names:
            self._later.start()
        elif any(patch.layer in self._keys for patch in edit.patches):
            self._update(edit)

    @property
    def _count(self) -> int:
        """Number of readers from files."""
        return 0 if self._files is None else self._files.count

    @Slot()
    def _join(self) -> None:
        """Give the case its readers from files and, behind them, the layers that count as readers."""
        session, masks = self._edits.session, self._edits.masks
        layers = [layer for layer in self._edits.layers if layer.is_reader]
        if session.case is None or masks is None:
            return
        before, self._keys = self._keys, tuple(layer.key for layer in layers)
        if not layers:
            self._made = None
            if session.case.references is not self._files:
                session.take_references(self._files)
            return
        together = np.zeros((self._count + len(layers), *masks.shape), np.bool_)
        if self._files is not None:
            together[: self._count] = self._files.masks
        for place, layer in enumerate(layers, start=self._count):
            for slice_index in masks.marked_slices(layer.key):
                together[place, slice_index] = masks.mask(layer.key, slice_index)
        first = self._files or References((), together[:0])
        self._give(replace(first, names=(*first.names, *(layer.name for layer in layers)), masks=together))
        self._warn([layer for layer in layers if layer.origin and layer.key not in before])

    def _warn(self, copies: list[Layer]) -> None:
        """Say that a copy of a model's outline is no independent reader."""
        sentence = tr("“{name}” began as an outline of the model {model}: a distance to it is no test of that model.")
        for layer in copies:
            self._edits.session.tell(sentence.format(name=layer.name, model=layer.origin), Tone.NOTICE)

    def _update(self, edit: Edit) -> None:
        """Bring the slices of a step up to date; a large volume is not copied for it."""
        masks, made = self._edits.masks, self._made
        if masks is None or made is None:
            return
        for patch in edit.patches:
            mask = masks.mask(patch.layer, patch.slice_index)
            if patch.layer in self._keys and mask is not None:
                made.masks[self._count + self._keys.index(patch.layer), patch.slice_index] = mask
        self._give(replace(made))

    def _give(self, references: References) -> None:
        self._made = references
        self._edits.session.take_references(references)
