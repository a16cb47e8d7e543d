"""What a model is, was trained on, can and cannot do, as its card says."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.model import ModelCard
from app.domain.words import mark, tr
from app.render.legend import upper_first
from app.render.sentences import evaluated_text
from app.ui import readout, theme
from app.ui.controls import label, rule
from app.ui.icons import icon
from app.ui.model_panel import ModelPanel
from app.ui.style.reliability import Reliability
from app.ui.workplace import Workplace

FIRST_SIZE = (820, 620)
DIAGRAM_PX = 260
_FACTS = (
    (mark("Meant for"), "intended_input"),
    (mark("Field of view"), "field_of_view"),
    (mark("Trained on"), "data"),
    (mark("Limits"), "limits"),
    (mark("Licence"), "licence"),
    (mark("Trained"), "trained"),
)
_MEANINGS = {
    mark("soft Dice"): mark("overlap of the soft map with the readers' mean, over five cuts; 1 is best"),
    mark("soft Dice, 9 cuts"): mark("the same over nine cuts"),
    "Dice": mark("overlap of the majority outline with the readers' majority; 1 is best"),
    mark("precision"): mark("share of the outlined area that the readers outlined too; 1 is best"),
    mark("recall"): mark("share of the readers' area that was outlined; 1 is best"),
    "HD95": mark("how far the outline lies from the readers' majority where it is worst but for 5 %, in pixels"),
    "GED": mark("distance of all samples from all readers; 0 is best"),
    "HM-IoU": mark("overlap of samples and readers in their best matching; 1 is best"),
    mark("diversity"): mark("how much the samples differ from each other; 0 is not at all"),
    mark("ambiguous"): mark("ambiguous area as a share of the outer limit"),
    mark("CRF gain"): mark("what refining the majority outline adds to its Dice"),
    "ECE": mark("mean gap between the predicted and the real share of readers; 0 is best"),
    mark("ECE, marked pixels"): mark("the same over the pixels that readers or the model mark; 0 is best"),
    mark("unfamiliar"): mark("share of the cases that the model warns of as unlike its training images"),
    mark("rho(diversity, error)"): mark("rank correlation of the samples' diversity with the error; 1 is closest"),
    mark("rho(ambiguous, error)"): mark("rank correlation of the ambiguous area with the error; 1 is closest"),
    mark("rho(diversity, annotators)"): mark(
        "rank correlation of the diversity with the annotators' own; 1 is closest"
    ),
}


class ModelFacts:
    """Puts a button beside the model's heading that opens its card."""

    def __init__(self, workplace: Workplace) -> None:
        """Add the button and a menu entry.

        Args:
            workplace: whose model is told about.
        """
        self._workplace = workplace
        self.dialog: ModelDialog | None = None
        menus = workplace.menus
        menus.add(menus.menu("&Help"), tr("About this model…"), self.open_dialog, "Ctrl+I")
        self.button = QPushButton(icon("info"), tr("About…"))
        self.button.setProperty("role", "small")
        self.button.setAccessibleName(tr("About this model"))
        self.button.clicked.connect(self.open_dialog)
        panel = workplace.left.findChild(ModelPanel)
        if panel is not None:
            panel.header.addWidget(self.button)
        self._show_state()
        workplace.session.choice_changed.connect(self._show_state)

    def close(self) -> None:
        """Nothing runs in the background."""

    def open_dialog(self) -> None:
        """Show the card of the chosen model."""
        card = self._workplace.session.choice.card
        if card is None:
            return
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = ModelDialog(card, self._workplace.window)
        self.dialog.show()

    def _show_state(self) -> None:
        self.button.setEnabled(self._workplace.session.choice.card is not None)


class ModelDialog(QDialog):
    """A model's card."""

    def __init__(self, card: ModelCard, parent: QWidget) -> None:
        """Lay the card out.

        Args:
            card: of the model.
            parent: of the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("About this model"))
        self.resize(theme.scaled(FIRST_SIZE[0]), theme.scaled(FIRST_SIZE[1]))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setSpacing(theme.SPACE)
        column.addWidget(label(tr(card.title), "page"))
        column.addWidget(label(_summary(card), wraps=True))
        column.addWidget(label(f"{tr(readout.NOT_DIAGNOSTIC)}.", "caution"))
        column.addLayout(_facts(card))
        for evaluation in evaluations(card):
            column.addWidget(rule())
            column.addWidget(
                label(tr("Measured on {data}").format(data=evaluated_text(evaluation.data)), "heading", wraps=True)
            )
            column.addLayout(_measures(evaluation))
        self.diagram = _diagram(card)
        if self.diagram is not None:
            column.addWidget(rule())
            column.addLayout(_beside(self.diagram, _reliability_text(card)))
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("The model's card"))
        area.setWidget(content)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        whole = QVBoxLayout(self)
        whole.addWidget(area, 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


_RELIABILITY = mark(
    "Reliability: where the model expects a share of the readers to mark a pixel, how many of them did. "
    "On the line, it can be taken at its word; below it, the model expects too many readers, above it too few. "
    "The size of a dot says how many pixels it stands for."
)


_ONE_EXPERT = mark(
    "Here it is set against the one expert who drew, not against the {n} simulated readers that the model predicts."
)


def _reliability_text(card: ModelCard) -> str:
    return (
        f"{tr(_RELIABILITY)}\n\n{tr(_ONE_EXPERT).format(n=card.readers)}"
        if card.simulated_readers
        else tr(_RELIABILITY)
    )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured on one set of data.

    Attributes:
        data: the set and how it was run.
        measures: name and value.
    """

    data: str
    measures: tuple[tuple[str, str], ...]


def evaluations(card: ModelCard) -> tuple[Evaluation, ...]:
    """Return what a card's author measured."""
    table: dict[str, dict[str, Any]] = card.facts.get("metrics", {})
    return tuple(
        Evaluation(
            name.removeprefix(f"{card.name} on "), tuple((measure, str(value)) for measure, value in row.items())
        )
        for name, row in table.items()
    )


def _summary(card: ModelCard) -> str:
    text = tr("Outlines {task}; trained on the outlines of {readers} ({system}).")
    return text.format(task=tr(card.task), readers=readout.readers_text(card), system=tr(card.system))


def _facts(card: ModelCard) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(2 * theme.SPACE)
    form.setVerticalSpacing(theme.SPACE)
    for caption, name in _FACTS:
        if name in card.facts:
            form.addRow(label(tr(caption), "caption"), label(upper_first(tr(str(card.facts[name]))), wraps=True))
    return form


def _measures(evaluation: Evaluation) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * theme.SPACE)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(2, 1)
    for row, (name, value) in enumerate(evaluation.measures):
        grid.addWidget(label(tr(name), "caption"), row, 0)
        grid.addWidget(label(value), row, 1)
        grid.addWidget(label(tr(_MEANINGS[name]) if name in _MEANINGS else "", "note", wraps=True), row, 2)
    return grid


def _diagram(card: ModelCard) -> Reliability | None:
    bins = card.facts.get("reliability", {}).get("bins")
    if not bins:
        return None
    diagram = Reliability([(float(said), float(found), float(share)) for said, found, share in bins])
    diagram.setFixedSize(theme.scaled(DIAGRAM_PX), theme.scaled(DIAGRAM_PX))
    return diagram


def _beside(widget: QWidget, text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * theme.SPACE)
    row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text, "note", wraps=True), 1, Qt.AlignmentFlag.AlignTop)
    return row
