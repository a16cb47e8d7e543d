"""Choosing the cut and the CRF on validation images."""

from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from app.postprocess.crf import CrfOptions
from app.training.tune import FIELDS, NO_FIELD, Fused, best_field, try_cuts, try_fields, tuned
from tests.postprocess.builders import disc

SIDE = 96


def _fused(blur: float) -> Fused:
    """Return a dark disc of radius 25 with a map that falls off smoothly and is half as high as it should be."""
    lesion = disc(25, SIDE)
    image = np.where(lesion, 0.3, 0.7) * np.ones((3, 1, 1))
    return Fused(image.astype(np.float32), gaussian_filter(lesion * 0.5, blur).astype(np.float32), lesion)


def test_the_best_cut_of_a_map_that_is_half_too_low_is_half_as_high() -> None:
    dices = try_cuts([_fused(2), _fused(3)], (0.1, 0.25, 0.4))
    assert max(dices, key=lambda cut: dices[cut]) == 0.25
    assert dices[0.25] > 0.97


def test_a_field_gains_where_the_edge_is_in_the_picture_and_the_map_is_off() -> None:
    """Cut at 0.4 the map is too small; the field brings it back to the picture's edge."""
    gains = try_fields([_fused(6)], 0.4, FIELDS[-1:])
    assert gains[FIELDS[-1]] > 0


def test_where_no_field_gains_every_mask_is_kept() -> None:
    good, bad = CrfOptions(colour_weight=1.0), CrfOptions(colour_weight=5.0)
    assert best_field({good: 0.01, bad: -0.02}) is good
    assert best_field({good: 0.0, bad: -0.02}) is NO_FIELD
    assert try_fields([_fused(6)], 0.4, (NO_FIELD,)) == {NO_FIELD: 0.0}


@pytest.mark.parametrize(("present", "cut", "threshold"), [(0.5, 0.4, 0.4), (0.3, 0.25, 0.15), (0.3, 0.75, 0.65)])
def test_the_card_gets_the_threshold_that_the_cut_stands_for(present: float, cut: float, threshold: float) -> None:
    """One half stands for the present threshold, a quarter for half of it, three quarters for half way from it to 1."""
    facts: dict[str, Any] = {"configuration": {"cut": {"threshold": present, "least": 0.1}}, "name": "x"}
    chosen = tuned(facts, cut, CrfOptions(colour_weight=2.0))
    assert chosen["configuration"]["cut"] == {"threshold": pytest.approx(threshold), "least": 0.1}
    assert chosen["crf"] == {"colour_weight": 2.0}
    assert chosen["name"] == "x"
    assert "cut" not in tuned({"configuration": {}}, cut, NO_FIELD)["configuration"]
