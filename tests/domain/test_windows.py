"""Windows to choose from."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.case import Modality, Preset, Window
from app.domain.windows import CT_WINDOWS, SHARES, own_windows, share_window, window_between
from tests.ui.studies import photograph, series


def test_a_ct_offers_its_files_windows_before_the_usual_ones() -> None:
    case = replace(series(), presets=(Preset("BRAIN", Window(35, 90)), Preset("", Window(300, 2000))))
    names = [preset.name for preset in own_windows(case)]
    assert names[:3] == ["File: BRAIN", "File 2", "Abdomen"]


@pytest.mark.parametrize(("name", "low", "high"), [("Brain", 0, 80), ("Lung", -1350, 150), ("Bone", -500, 1300)])
def test_usual_windows_reach_as_far_as_published(name: str, low: float, high: float) -> None:
    window = next(preset.window for preset in CT_WINDOWS if preset.name == name)
    assert (window.low, window.high) == (low, high)


def test_only_hounsfield_units_have_usual_windows() -> None:
    assert own_windows(replace(series(), unit="")) == ()
    assert own_windows(replace(series(), modality=Modality.MR)) == ()
    assert own_windows(photograph()) == ()


def test_windows_by_percentiles_leave_out_what_is_rare() -> None:
    """Of 0 … 100 the middle 90 % are 5 … 95."""
    windows = {name: share_window(np.arange(101.0), (low, high)) for name, low, high in SHARES}
    assert (windows["Whole range"].low, windows["Whole range"].high) == (0, 100)
    assert (windows["Middle 90 %"].low, windows["Middle 90 %"].high) == pytest.approx((5, 95))


def test_a_region_is_shown_from_its_2nd_to_its_98th_percentile() -> None:
    window = share_window(np.arange(1_000_001, dtype=np.float32))  # more than are looked at
    assert (window.low, window.high) == pytest.approx((20_000, 980_000), rel=1e-3)


def test_one_value_alone_still_makes_a_window() -> None:
    assert share_window(np.full(9, 7.0)).width > 0
    assert share_window(np.full(9, 7.0)).level == 7
    assert window_between(5, 5).width > 0


def test_black_and_white_may_be_given_either_way_round() -> None:
    assert window_between(100, -60) == Window(20, 160)
