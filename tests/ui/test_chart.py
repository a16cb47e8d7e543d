"""The plots over diffusion steps and consensus levels."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.geometry import Geometry
from app.domain.result import Options
from app.ui.chart import StepChart
from app.ui.frames import Run
from app.ui.jobs import frame_of
from app.ui.shown.curves import Over, Quantity, level_ticks, plot_of, seen, step_ticks
from tests.ui.studies import HandWork, card, readers_of, series

MILLIMETRES = Geometry(spacing_mm=(3.0, 0.5, 0.5), in_plane_known=True)


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
    plot = plot_of(run, run.frames[1], Geometry(), Quantity.DISAGREEMENT, Over.STEPS)
    assert plot.first.places == (1, 2, 3)
    assert plot.first.values == tuple(run.frames[index].findings.diversity for index in range(3))
    assert plot.second.values == tuple(run.frames[index].findings.ged for index in range(3))
    assert plot.here == 2
    alone = _run(with_readers=False)
    assert plot_of(alone, alone.frames[1], Geometry(), Quantity.DISAGREEMENT, Over.STEPS).second.values == ()


def test_areas_have_their_unit_and_spread() -> None:
    """Squares of 24, 22 and 20 network pixels, of 2 x 2 pixels of 0.25 mm² each: 576, 484, 400 mm²."""
    run = _run(with_readers=False)
    plot = plot_of(run, run.frames[2], MILLIMETRES, Quantity.AREA, Over.STEPS)
    assert plot.first.values == pytest.approx((576, 484, 400))
    assert plot.first.spreads == pytest.approx((0, 0, 0))
    assert (plot.first.low, plot.first.top) == pytest.approx((400, 576))
    assert plot.names == ("diffusion step", "area in mm²")
    assert plot_of(run, run.frames[2], Geometry(), Quantity.AREA, Over.STEPS).names[1] == "area in px"


def test_over_the_levels_each_has_its_area_diversity_and_distance() -> None:
    run = _run(with_readers=True)
    findings = run.frames[0].findings
    area = plot_of(run, run.frames[0], MILLIMETRES, Quantity.AREA, Over.LEVELS)
    assert area.first.places == (1, 2, 3)
    assert area.first.values == pytest.approx((576, 576, 576))
    plot = plot_of(run, run.frames[0], MILLIMETRES, Quantity.DISAGREEMENT, Over.LEVELS)
    assert plot.first.values == findings.level_diversities
    assert plot.second.values == findings.level_geds
    assert plot.here is None
    assert plot.names[0] == "at least so many readers"


def test_the_plot_comes_with_a_run_and_goes_with_it(qtbot: QtBot) -> None:
    panel, chart = QWidget(), StepChart()
    qtbot.addWidget(panel)
    chart.setParent(panel)
    for readers, words in ((False, "Sample diversity"), (True, "GED")):
        run = _run(with_readers=readers)
        chart.set_run(run, run.frames[1], Geometry())
        assert not chart.isHidden()
        assert words in chart.caption.text()
    chart.set_run(None, None, Geometry())
    assert chart.isHidden()


@pytest.mark.parametrize(
    ("area", "levels", "words"),
    [
        (False, False, "Sample diversity (blue) and GED D² to the readers (orange)"),
        (False, True, "GED D² to what so many readers drew (orange)"),
        (True, False, "Majority's area at each step ± SD"),
        (True, True, "Area of each level ± SD"),
    ],
)
def test_the_user_chooses_what_is_plotted_over_what(qtbot: QtBot, area: bool, levels: bool, words: str) -> None:
    panel, chart = QWidget(), StepChart()
    qtbot.addWidget(panel)
    chart.setParent(panel)
    run = _run(with_readers=True)
    chart.set_run(run, run.frames[1], MILLIMETRES)
    for menu, second in ((chart.quantity, area), (chart.over, levels)):
        qtbot.keyClick(menu, Qt.Key.Key_Down if second else Qt.Key.Key_Up)
        menu.activated.emit(menu.currentIndex())
    assert words in chart.caption.text()
    chart.grab()


def test_the_finished_result_stands_for_the_last_step() -> None:
    run = _run(with_readers=False)
    run.final = run.frames[2]
    assert seen(run) == [run.frames[0], run.frames[1], run.final]


def test_the_axis_names_whole_steps_and_not_too_many() -> None:
    """Three steps are 1, 2, 3; of a hundred every seventeenth is named; of seven levels every second."""
    run = _run(with_readers=False)
    assert step_ticks(run, 3) == ((1, "1"), (2, "2"), (3, "3"))
    assert [place for place, _ in step_ticks(run, 100)] == [1, 18, 35, 52, 69, 86]
    assert level_ticks(7) == ((1, "1"), (3, "3"), (5, "5"), (7, "7"))
