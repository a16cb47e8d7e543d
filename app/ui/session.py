"""The window's state and what may be done to it, without a widget."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.case import Case, References, Window
from app.domain.model import ModelCard
from app.domain.view import View
from app.domain.words import tr
from app.ui import jobs
from app.ui.choice import Choice, Message, Tone, first_view, fitted, missing
from app.ui.files import Files
from app.ui.first_look import FirstLook
from app.ui.following import Following
from app.ui.frames import Frame, Run
from app.ui.opening import Study, told
from app.ui.runs import Runs

REDRAW_PAUSE_MS = 40


class Session(QObject):
    """A case, how it is shown, the next run and the runs so far.

    Signals:
        case_changed(Case): another case, or the same one with readers' masks.
        references_changed(Case): the same one with other pixels in its readers' masks.
        view_changed(View): something about what is seen.
        frame_changed(Frame | None): what a model found on the shown slice at the shown step.
        choice_changed(Choice): the next run.
        progress_changed(Progress | None): the present run; None when there is none.
        run_finished(Run): a run came to its end.
        message_raised(Message): a sentence for the user.
    """

    case_changed = Signal(object)
    references_changed = Signal(object)
    view_changed = Signal(object)
    frame_changed = Signal(object)
    choice_changed = Signal(object)
    progress_changed = Signal(object)
    run_finished = Signal(object)
    message_raised = Signal(object)

    def __init__(self, cards: Sequence[ModelCard], backend: jobs.Backend, limit_bytes: int | None = None) -> None:
        """Start without a case.

        Args:
            cards: of the installed models.
            backend: does the long work.
            limit_bytes: that the slices of a case may take in memory; None for no limit.
        """
        super().__init__()
        self.cards = tuple(cards)
        self.case: Case | None = None
        self.view, self.choice = View(), Choice()
        self._backend, self._following = backend, Following()
        self.runs, self.look = Runs(backend, self), FirstLook(self)
        self.files = Files(backend, self, limit_bytes)
        self._redraw = QTimer(self, singleShot=True, interval=REDRAW_PAUSE_MS)
        self._connect()
        if self.cards:
            self.choose(self.choice.with_model(self.cards[0]))

    def _connect(self) -> None:
        self._redraw.timeout.connect(self._on_redraw)
        self.look.changed.connect(self._on_redraw)
        self.runs.advanced.connect(self._on_advanced)
        self.runs.finished.connect(self._on_finished)
        self.runs.failed.connect(self._on_run_failed)
        self.runs.recounted.connect(self._on_redraw)
        self.runs.picked.connect(self._show_finished)
        self.runs.progress_changed.connect(self.progress_changed)
        self.files.study_read.connect(self._on_read)
        self.files.slice_came.connect(self.runs.take_slice)
        self.files.slices_lost.connect(lambda sentence: self.tell(sentence, Tone.NOTICE))
        self.files.failed.connect(lambda error: self.tell(str(error), Tone.ERROR))

    @property
    def shown_run(self) -> Run | None:
        """The run whose frames belong to the shown slice; none before a first look that was asked for."""
        return None if self.look.pending else self.runs.on_slice(self.view.slice_index)

    @property
    def frame(self) -> Frame | None:
        """What is drawn over the shown slice."""
        run, references = self.shown_run, None if self.case is None else self.case.references
        return None if run is None else run.frame_beside(self.view.step, references)

    @property
    def level_count(self) -> int:
        """Number of consensus levels of what is shown, or else of the chosen model."""
        frame = self.frame
        if frame is not None:
            return frame.findings.level_count
        return self.choice.card.readers if self.choice.card is not None else 0

    @property
    def source(self) -> Path:
        """The file or folder that the case was opened from."""
        return self.files.path

    @property
    def can_export(self) -> bool:
        """Whether what is shown comes of a finished run."""
        run = self.shown_run
        return run is not None and run.result is not None

    def open_study(self, path: Path, references: Sequence[Path] = ()) -> None:
        """Open a file or folder and the readers' masks given with it; the present case stays until that has worked."""
        self.files.open_study(path, references)

    def open_references(self, paths: Sequence[Path]) -> None:
        """Open readers' masks for the present case."""
        if self.case is None:
            self.tell(tr("Open an image first: readers' masks are shown on it."), Tone.NOTICE)
        else:
            self.files.open_masks(paths)

    def take_references(self, references: References | None) -> None:
        """Let other readers' masks belong to the present case, as they are drawn in the window."""
        if self.case is not None:
            before, self.case = self.case.references, replace(self.case, references=references)
            is_same = before is not None and references is not None and before.names == references.names
            (self.references_changed if is_same else self.case_changed).emit(self.case)
            self._on_redraw()
            self._recount()

    def set_view(self, view: View) -> None:
        """Show another view; a slice's overlay comes and goes with its slice."""
        if self.case is None or view == self.view:
            return
        moved = view.slice_index != self.view.slice_index
        if moved:
            self._following.begin(has_levels=view.levels != self.view.levels)
            view = replace(view, slice_index=min(max(view.slice_index, 0), self.case.slices - 1), step=None)
        self.view = view
        if moved:
            self.files.look_at(view.slice_index)
            self._follow()
        self.view_changed.emit(self.view)
        if moved:
            self.frame_changed.emit(self.frame)

    def set_window(self, window: Window) -> None:
        """Show another range of grey values."""
        self.set_view(replace(self.view, window=window))

    def reset_window(self) -> None:
        """Show the range of values that the case began with."""
        if self.case is not None:
            self.set_view(replace(self.view, window=self.case.window, inverted=False))

    def show_slice(self, slice_index: int) -> None:
        """Go to a slice of the stack, or to its end where there are fewer."""
        if self.case is not None:
            self.set_view(replace(self.view, slice_index=min(max(slice_index, 0), self.case.slices - 1)))

    def step_slices(self, by: int) -> None:
        """Go forward or back in the stack."""
        self.show_slice(self.view.slice_index + by)

    def toggle_level(self, level: int) -> None:
        """Show or hide a consensus level."""
        if 1 <= level <= self.level_count:
            self.set_view(replace(self.view, levels=self.view.levels ^ {level}))

    def show_all_levels(self, shown: bool) -> None:
        """Show all consensus levels or none."""
        self.set_view(replace(self.view, levels=frozenset(range(1, self.level_count + 1) if shown else ())))

    def show_step(self, index: int) -> None:
        """Show a diffusion step of the shown slice's run, or the next one held; the last of a finished run is final."""
        run = self.shown_run
        if run is not None:
            self.set_view(self._following.to_step(self.view, run, index))
            self._on_redraw()

    @property
    def is_running(self) -> bool:
        """Whether a model is at work."""
        return self.runs.live is not None

    def choose(self, choice: Choice) -> None:
        """Take another choice for the next run."""
        before, self.choice = self.choice.card, choice
        if choice.card is not None and (before is None or choice.card.readers != before.readers):
            self.view = self._following.at_majority(self.view, self.level_count)
            self.view_changed.emit(self.view)
        self.choice_changed.emit(choice)

    def choose_model(self, name: str) -> None:
        """Take the model with a name for the next run, with its own samples and steps."""
        for card in self.cards:
            if card.name == name and card is not self.choice.card:
                self.choose(self.choice.with_model(card))

    def point_at(self, row: float, column: float) -> None:
        """Take a place on the slice as what a region model is to outline."""
        if self.case is not None and self.choice.card is not None and self.choice.card.intake.needs_region:
            rows, columns = self.case.shape
            inside = min(max(row, 0.0), rows - 1.0), min(max(column, 0.0), columns - 1.0)
            self.choose(replace(self.choice, region=inside))

    def run(self) -> None:
        """Run the chosen model on the shown slice."""
        complaint = missing(self.choice, self.case)
        if complaint or self.case is None or self.choice.card is None:
            self.tell(complaint, Tone.NOTICE)
            return
        self._following.begin()
        self.runs.start(self.case, self.view.slice_index, self.choice.card, self.choice.options_for(self.case))

    def cancel(self) -> None:
        """Stop the present run; what the slice showed before comes back."""
        if self.runs.cancel():
            self._show_finished()
            self.tell(tr("The run was cancelled."), Tone.DONE)

    def tell(self, text: str, tone: Tone) -> None:
        """Say a sentence to the user."""
        self.message_raised.emit(Message(text, tone))

    def warm(self) -> None:
        """Start the processes in the background."""
        self._backend.warm()

    def close(self) -> None:
        """End every thread and process."""
        self._redraw.stop()
        self.runs.hush()
        self.files.hush()
        self._backend.close()
        self.runs.close()
        self.files.close()

    def _recount(self) -> None:
        """Let every finding be taken against the masks that are open now, whichever came first."""
        if self.case is not None:
            self.runs.recount(self.case.references)

    def _show_finished(self) -> None:
        """Go back to what the slice showed before a run that did not end well."""
        self._following.begin()
        self._on_redraw()

    def _follow(self) -> None:
        """Let the view stay at the end of the shown run, and at levels that it has."""
        self.view = self._following.followed(self.view, self.shown_run)

    @Slot()
    def _on_redraw(self) -> None:
        self._redraw.stop()
        self._follow()
        self.view_changed.emit(self.view)
        self.frame_changed.emit(self.frame)

    @Slot()
    def _on_advanced(self) -> None:
        if not self._redraw.isActive():
            self._redraw.start()  # frames that come meanwhile are shown together: the latest wins

    @Slot(object)
    def _on_finished(self, run: Run) -> None:
        self._on_redraw()
        self._recount()
        self.run_finished.emit(run)

    @Slot(object)
    def _on_read(self, study: Study) -> None:
        if study.is_new:
            self._begin(study.case)
        else:
            has_new_masks = self.case is None or study.case.references is not self.case.references
            self.case = study.case
            self.view = replace(self.view, references=self.view.references or has_new_masks)
        self.case_changed.emit(self.case)
        self._on_redraw()
        self._recount()
        for message in told(study, self.open_references):
            self.message_raised.emit(message)

    def _begin(self, case: Case) -> None:
        """Show another case from its middle slice, with a model that fits."""
        self.runs.clear()
        self.look.begin()
        self._following = Following()
        self.case = case
        self.view = first_view(case, self.view)
        self.choose(fitted(self.choice, self.cards, case))

    def _on_run_failed(self, error: Exception) -> None:
        self._show_finished()
        self.tell(str(error), Tone.ERROR)
