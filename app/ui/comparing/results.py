"""The results that the shown slice has, one of each model."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import sampling, theme
from app.ui.choice import majority
from app.ui.controls import Group, label
from app.ui.frames import Run
from app.ui.session import Session
from app.ui.workplace import Workplace


class Results:
    """Lets the user choose which model's result the shown slice shows, and remove one."""

    def __init__(self, workplace: Workplace) -> None:
        """List the results in the left panel.

        Args:
            workplace: whose session has the results.
        """
        self.panel = ResultsPanel()
        self._session = workplace.session
        workplace.left.add(self.panel)
        self._session.frame_changed.connect(lambda _: self._show())
        self.panel.run_chosen.connect(lambda run: show_run(self._session, run))
        self.panel.run_removed.connect(self._session.runs.remove)
        self._show()

    def close(self) -> None:
        """Nothing runs in the background."""

    def _show(self) -> None:
        self.panel.set_runs(runs_here(self._session), self._session.shown_run)


class ResultsPanel(Group):
    """One row for each model's result; hidden where there is none.

    Signals:
        run_chosen(Run): the user wants to see it.
        run_removed(Run): the user does not want to keep it.
    """

    run_chosen = Signal(object)
    run_removed = Signal(object)

    def __init__(self) -> None:
        """Start without results."""
        super().__init__(tr("Results of this slice"))
        self.rows: list[ResultRow] = []
        self._group = QButtonGroup(self)

    def set_runs(self, runs: tuple[Run, ...], shown: Run | None) -> None:
        """Show the runs of a slice, of which one is drawn."""
        if [(row.run, row.is_done) for row in self.rows] != [(run, run.result is not None) for run in runs]:
            self._rebuild(runs)
        for row in self.rows:
            row.choose.setChecked(row.run is shown)
        self.setVisible(bool(runs))

    def _rebuild(self, runs: tuple[Run, ...]) -> None:
        for row in self.rows:
            self._group.removeButton(row.choose)
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ResultRow(run) for run in runs]
        for row in self.rows:
            self._group.addButton(row.choose)
            self.column.addWidget(row)
            row.choose.clicked.connect(lambda _=False, run=row.run: self.run_chosen.emit(run))
            row.remove.clicked.connect(lambda _=False, run=row.run: self.run_removed.emit(run))


class ResultRow(QWidget):
    """One model's result: its title, how it was made, a way to remove it."""

    def __init__(self, run: Run) -> None:
        """Name a run."""
        super().__init__()
        self.run, self.is_done = run, run.result is not None
        self.choose, self.remove = QRadioButton(tr(run.card.title)), QPushButton("×")
        self.choose.setAccessibleName(tr("Show the result of {model}").format(model=tr(run.card.title)))
        self.remove.setAccessibleName(tr("Remove the result of {model}").format(model=tr(run.card.title)))
        self.choose.setToolTip(tr(run.card.title))
        self.choose.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a long title widens no panel
        self.remove.setToolTip(tr("Remove this result"))
        self.remove.setProperty("role", "small")
        self.remove.setEnabled(self.is_done)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.choose)
        note = label(made_text(run), "note", wraps=True)
        note.setContentsMargins(3 * theme.SPACE, 0, 0, 0)
        words.addWidget(note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(self.remove)


def made_text(run: Run) -> str:
    """Say how a result was made: "8 samples per level, 5 steps, 5.2 s"."""
    if run.result is None:
        return tr("running …")
    return sampling.made_text(run, run.result.provenance)


def runs_here(session: Session) -> tuple[Run, ...]:
    """Return the runs of the shown slice; none while none may be seen."""
    return () if session.shown_run is None else session.runs.of_slice(session.view.slice_index)


def show_run(session: Session, run: Run) -> None:
    """Show another of the slice's results; where it has other levels, its majority stands for those that were shown."""
    before = session.level_count
    session.runs.pick(run)
    if session.level_count != before:
        session.set_view(replace(session.view, levels=majority(session.level_count)))
