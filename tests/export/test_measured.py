"""What the reader measured, on the exported page."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.measure import Kind, Measurement
from app.domain.scale import with_scale
from app.domain.view import View
from app.export import facts
from app.export.blocks import blocks
from app.export.plate import annotated_slice
from app.export.png import chunks
from app.render import colours
from app.render.measures import INK
from tests.export.studies import ct, photograph
from tests.export.test_png import exported, has, page


def test_the_readers_measurements_stand_in_the_picture_and_beside_it(tmp_path: Path) -> None:
    """30 columns of 0.5 mm; what was measured on another slice, or is hidden, is on no page."""
    case = ct()
    here = Measurement(Kind.DISTANCE, 0, ((20.0, 10.0), (20.0, 40.0)))
    there = Measurement(Kind.DISTANCE, 3, ((20.0, 10.0), (20.0, 40.0)))
    view = View(window=case.window, measurements=(here, there))
    assert facts.measurements(page(case, view)) == [("Distance", "15.0 mm")]
    assert facts.measurements(page(case, replace(view, measured=False))) == []
    assert has(exported(case, view, tmp_path), INK)
    assert len(blocks(page(case, view))) == len(blocks(page(case, View(window=case.window)))) + 1


def test_the_diameters_of_another_result_are_on_no_page() -> None:
    case = ct()
    places = ((20.0, 10.0), (20.0, 40.0), (10.0, 25.0), (30.0, 25.0))
    identity = page(case, View()).result.identity
    own, other = (Measurement(Kind.DIAMETERS, 0, places, "all 3 readers", run) for run in (identity, "another"))
    view = View(window=case.window, measurements=(own, other))
    assert page(case, view).measurements == (own,)


def test_a_measured_line_is_drawn_between_its_ends() -> None:
    """The slice of 60 x 80 is drawn at 12 times its size, so that row 20 lies at 12 x 20.5 = 246."""
    case = replace(ct(), references=None)
    line = Measurement(Kind.DISTANCE, 0, ((20.0, 10.0), (20.0, 40.0)))
    drawn = annotated_slice(page(case, View(band=False, window=case.window, measurements=(line,))))
    scale = drawn.shape[0] / 60
    yellow = (np.abs(drawn.astype(int) - INK).sum(axis=-1) < 60)[:, : round(40 * scale)]
    rows, columns = np.nonzero(yellow[round(18 * scale) : round(23 * scale)])
    assert np.median(rows) + round(18 * scale) == pytest.approx(20.5 * scale, abs=1.5)
    assert columns.min() == pytest.approx(10.5 * scale, abs=scale)


def test_a_pinned_point_tells_the_samples_unless_the_models_work_is_hidden() -> None:
    case = ct()
    point = Measurement(Kind.POINT, 0, ((30.0, 40.0),))
    view = View(window=case.window, measurements=(point,))
    (shown,), (hidden,) = page(case, view).measured_words, page(case, replace(view, hidden=True)).measured_words
    assert shown[1] == "inside 24 of 24 samples"  # three levels of eight, in the middle of them all
    assert len(hidden) == 1
    beyond = replace(view, measurements=(Measurement(Kind.POINT, 0, ((-30.0, 40.0),)),))
    assert page(case, beyond).measured_words == (("no value",),)


def test_a_scale_that_the_reader_marked_is_called_so() -> None:
    case = with_scale(photograph(), (0, 0), (0, 40), 10)
    assert chunks(page(case, View()))["PixelSpacing"] == "0.25 0.25 (marked by the reader)"
    assert "The scale was marked by the reader on a ruler in the picture." in facts.cautions(page(case, View()))


def test_words_beside_a_measurement_at_the_edge_stay_on_the_picture() -> None:
    """Along the uppermost row, the words' dark ground begins below the picture's edge and so keeps all its letters."""
    case = replace(ct(), references=None)
    line = Measurement(Kind.DISTANCE, 0, ((-0.4, 30.0), (-0.4, 40.0)))
    drawn = annotated_slice(page(case, View(band=False, window=case.window, measurements=(line,))))
    scale = drawn.shape[0] / 60
    beside = drawn[: round(3 * scale), round(42 * scale) : round(44 * scale)]
    dark = (beside == colours.HALO).all(axis=-1)
    assert not dark[0].any()
    assert dark.any()
