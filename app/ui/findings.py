"""What a run found, in words before numbers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.domain.case import Case
from app.render.sentences import agreement_sentence, distance_line
from app.ui import readout, theme
from app.ui.controls import Group, label
from app.ui.frames import Frame, Run
from app.ui.words import mark, tr

_NOTHING = mark("Run a model to see where its samples agree.")


class FindingsPanel(Group):
    """The read-out of the shown slice and step."""

    def __init__(self) -> None:
        """Start without findings."""
        super().__init__(tr("Findings"))
        self.sentence, self.distance = label("", "sentence", wraps=True), label("", wraps=True)
        self.warnings, self.origin = label("", "caution", wraps=True), label("", "note", wraps=True)
        self._areas = QGridLayout()
        self._areas.setContentsMargins(0, 0, 0, 0)
        self._areas.setVerticalSpacing(2)
        self._areas.setHorizontalSpacing(theme.SPACE)
        self._areas.setColumnStretch(0, 1)
        self.numbers = []
        for row in range(3):
            cells = label("", "note"), label("")
            cells[1].setAlignment(Qt.AlignmentFlag.AlignRight)
            self._areas.addWidget(cells[0], row, 0)
            self._areas.addWidget(cells[1], row, 1)
            self.numbers.append(cells)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.warnings)
        self.column.addWidget(self.distance)
        self.column.addLayout(self._areas)
        self.column.addWidget(self.origin)
        self.set_findings(None, None, None)

    def set_findings(self, case: Case | None, run: Run | None, frame: Frame | None) -> None:
        """Say what was found on a slice, or that nothing was yet."""
        known = case is not None and run is not None and frame is not None
        for widget in (self.distance, self.origin, *(cell for row in self.numbers for cell in row)):
            widget.setVisible(known)
        self.warnings.setVisible(False)
        if case is None or run is None or frame is None:
            self.sentence.setText(tr(_NOTHING))
            return
        self.sentence.setText(agreement_sentence(frame.findings, case.geometry, tr))
        simulated = case.references is not None and case.references.simulated
        self.distance.setText(distance_line(frame.findings, simulated, tr))
        for (name, number), row in zip(area_rows(case, frame), self.numbers, strict=True):
            row[0].setText(name)
            row[1].setText(number)
        self._show_warnings(run, frame)
        self.origin.setText(origin_text(run, frame))

    def _show_warnings(self, run: Run, frame: Frame) -> None:
        warnings = run.result.warnings if run.result is not None and frame.final else ()
        self.warnings.setText("\n".join(warnings))
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
    options = run.options
    drawn = options.samples if run.result is None else run.result.provenance.samples
    samples = readout.samples_text(drawn, options.samples)
    text = tr("{model}, {samples} samples per level, {steps} steps, seed {seed}").format(
        model=run.card.name, samples=samples, steps=options.steps, seed=options.seed
    )
    if run.result is not None and frame.final:
        origin = run.result.provenance
        text += "; " + tr("{n} s on {device}").format(n=f"{origin.seconds:.1f}", device=origin.device)
    return text
