"""What a run found, in words before numbers."""

from PySide6.QtWidgets import QHBoxLayout, QLabel

from app.domain.case import Case
from app.domain.words import tr
from app.render.lesion import lesion_rows, lesion_title
from app.render.sentences import agreement_sentence, distance_line, usual_sentence
from app.ui import readout, sampling
from app.ui.controls import Group, label
from app.ui.frames import Frame, Run

AREA_ROWS = 3
LESION_ROWS = 7
BULLET = "•\N{NO-BREAK SPACE}"


class FindingsPanel(Group):
    """The read-out of the shown slice and step."""

    def __init__(self) -> None:
        """Start without findings."""
        super().__init__(tr("Findings"))
        self.sentence, self.distance = label("", "sentence", wraps=True), label("", wraps=True)
        self.usual = label("", "note", wraps=True)
        self.warnings, self.origin = label("", "caution", wraps=True), label("", "note", wraps=True)
        self.lesion_title = label("", "caption", wraps=True)
        for widget in (self.sentence, self.warnings, self.usual, self.distance):
            self.column.addWidget(widget)
        self.numbers = self._add_table(AREA_ROWS)
        self.column.addWidget(self.lesion_title)
        self.lesion = self._add_table(LESION_ROWS)
        self.column.addWidget(self.origin)
        self.set_findings(None, None, None)

    def _add_table(self, rows: int) -> list[tuple[QLabel, QLabel]]:
        cells = [(label("", "note"), label("")) for _ in range(rows)]
        for name, number in cells:
            row = QHBoxLayout()
            row.addWidget(name, 1)
            row.addWidget(number)
            self.column.addLayout(row)
        return cells

    def set_findings(
        self, case: Case | None, run: Run | None, frame: Frame | None, *, is_pending: bool = False
    ) -> None:
        """Say what was found on a slice, or that nothing was yet, or that it waits for the reader's first look."""
        known = case is not None and run is not None and frame is not None
        for widget in (self.distance, self.origin, *(cell for row in self.numbers for cell in row)):
            widget.setVisible(known)
        self.warnings.setVisible(False)
        self._show_lesion(case, run if frame is not None and frame.final else None)
        self._show_usual(run, frame)
        if case is None or run is None or frame is None:
            waiting = tr("Results stay hidden until you have had your first look.")
            self.sentence.setText(waiting if is_pending else tr("Run a model to see where its samples agree."))
            return
        self.sentence.setText(agreement_sentence(frame.findings, case.geometry))
        simulated = case.references is not None and case.references.simulated
        self.distance.setText(distance_line(frame.findings, simulated))
        for (name, number), row in zip(area_rows(case, frame), self.numbers, strict=True):
            row[0].setText(name)
            row[1].setText(number)
        self._show_warnings(run, frame)
        self.origin.setText(origin_text(run, frame))

    def _show_usual(self, run: Run | None, frame: Frame | None) -> None:
        """Say how usual the disagreement is; that of samples drawn from readers' masks is not comparable."""
        compares = run is not None and frame is not None and frame.final and not run.options.calibrate
        text = usual_sentence(frame.findings, run.card.usual) if compares and run and frame else ""
        self.usual.setText(text)
        self.usual.setVisible(bool(text))

    def _show_lesion(self, case: Case | None, run: Run | None) -> None:
        measured = None if run is None or run.result is None else run.result.lesion
        rows = () if measured is None or case is None else lesion_rows(measured, case.geometry)
        self.lesion_title.setText("" if measured is None else lesion_title(measured))
        for widget in (self.lesion_title, *(cell for cells in self.lesion for cell in cells)):
            widget.setVisible(bool(rows))
        for row, (name, number) in zip(rows, self.lesion, strict=False):
            name.setText(tr(row.name))
            number.setText(row.text.replace(",", "\u2009"))
            name.setToolTip(tr(row.hint))

    def _show_warnings(self, run: Run, frame: Frame) -> None:
        under_way = () if frame.step is None else frame.step.notices
        warnings = run.result.warnings if run.result is not None and frame.final else under_way
        self.warnings.setText("\n".join(f"{BULLET if len(warnings) > 1 else ''}{tr(text)}" for text in warnings))
        self.warnings.setVisible(bool(warnings))


def area_rows(case: Case, frame: Frame) -> list[tuple[str, str]]:
    """Return the areas of agreement with their names."""
    findings = frame.findings
    level = findings.majority
    spread = float(findings.sample_areas[level - 1].std())
    majority = readout.spread_text(findings.level_areas[level - 1], spread, case.geometry)
    return [
        (tr("Consistent area"), readout.area_text(findings.consistent_area, case.geometry)),
        (tr("Ambiguous area"), readout.area_text(findings.ambiguous_area, case.geometry)),
        (tr("Majority ({n} of {m})").format(n=level, m=findings.level_count), majority),
    ]


def origin_text(run: Run, frame: Frame) -> str:
    """Say where the findings come from."""
    text = sampling.run_text(run)
    if run.result is not None and frame.final:
        origin = run.result.provenance
        text += "; " + tr("{n} s on {device}").format(n=f"{origin.seconds:.1f}", device=origin.device)
    return text
