"""The plot over the diffusion steps."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.result import Options
from app.ui.chart import StepChart, step_points, step_ticks
from app.ui.frames import Run
from app.ui.jobs import frame_of
from tests.ui.studies import HandWork, card, readers_of, series


def _run(*, with_readers: bool) -> Run:
    case = series()
    masks = readers_of(case).masks[:, 0] if with_readers else None
    run = Run(0, card(), Options(samples=2, steps=3))
    steps = HandWork().segment(case.only(0), 0, "kidney", run.options)
    run.frames = {step.index: frame_of(step, masks) for step in steps}
    return run


def test_each_step_is_a_point_with_its_own_numbers() -> None:
    """Diversity always; the GED only against readers' masks."""
    run = _run(with_readers=True)
    assert step_points(run) == [
        (index + 1, run.frames[index].findings.diversity, run.frames[index].findings.ged) for index in range(3)
    ]
    assert [point[2] for point in step_points(_run(with_readers=False))] == [None, None, None]


def test_the_plot_comes_with_a_run_and_goes_with_it(qtbot: QtBot) -> None:
    panel, chart = QWidget(), StepChart()
    qtbot.addWidget(panel)
    chart.setParent(panel)
    for readers, words in ((False, "Sample diversity"), (True, "GED")):
        run = _run(with_readers=readers)
        chart.set_run(run, run.frames[1])
        assert not chart.isHidden()
        assert words in chart.caption.text()
    chart.set_run(None, None)
    assert chart.isHidden()


def test_the_axis_names_whole_steps_and_not_too_many() -> None:
    """Three steps are 1, 2, 3; of a hundred every seventeenth is named."""
    run = Run(0, card(), Options(samples=2, steps=3))
    assert step_ticks(run, 3) == [(1, "1"), (2, "2"), (3, "3")]
    assert [place for place, _ in step_ticks(run, 100)] == [1, 18, 35, 52, 69, 86]
