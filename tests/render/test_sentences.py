"""The plain sentences, checked against areas counted by hand."""

import re
from dataclasses import replace

import numpy as np
import pytest

from app.domain.geometry import Geometry
from app.domain.model import Usual
from app.domain.result import Calibration
from app.render.sentences import (
    agreement_sentence,
    deviation_sentence,
    distance_line,
    evaluated_text,
    readers_lines,
    usual_sentence,
)
from tests.render.scenes import disc, findings_of, same_grid

GRID = same_grid(100, 100)
KNOWN = Geometry(spacing_mm=(3.0, 0.5, 0.5), in_plane_known=True)


def samples(*masks: np.ndarray) -> np.ndarray:
    return np.stack(masks)[None]


def square(side: int) -> np.ndarray:
    mask = np.zeros((100, 100), bool)
    mask[10 : 10 + side, 10 : 10 + side] = True
    return mask


def test_share_is_the_core_of_the_outlined_area() -> None:
    findings = findings_of(samples(square(40), square(50)), GRID)
    assert agreement_sentence(findings, Geometry()) == (
        "At least 90 % of the 2 samples agree on 64 % of the outlined area."  # 1600 of 2500
    )


def test_a_single_stray_sample_does_not_hide_what_the_others_agree_on() -> None:
    """One of 21 samples is empty and one covers everything: 20 of 21 agree on the rest."""
    stray = samples(*[square(40)] * 19, np.zeros((100, 100), bool), np.ones((100, 100), bool))
    said = agreement_sentence(findings_of(stray, GRID), KNOWN)
    assert said == "At least 90 % of the 21 samples agree on 100 % of the outlined area."


def test_border_width_is_said_in_millimetres_where_they_are_known() -> None:
    """A ring between circles of 26 and 34 pixels is 8 pixels wide: 4 mm at 0.5 mm a pixel."""
    middle = (50.0, 50.0)
    findings = findings_of(samples(disc(100, 100, middle, 26), disc(100, 100, middle, 34)), GRID)
    said = agreement_sentence(findings, KNOWN)
    width = re.search(r"; its border varies by about ([\d.]+) mm\.$", said)
    assert width is not None
    assert float(width[1]) == pytest.approx(4.0, abs=0.15)
    assert " mm" not in agreement_sentence(findings, Geometry())


def test_no_agreement_is_said_plainly() -> None:
    findings = findings_of(samples(square(40), square(50), square(10) * False), GRID)
    assert agreement_sentence(findings, KNOWN) == "There is no place that 90 % of the 3 samples agree on."


def test_width_needs_a_consensus_mask() -> None:
    findings = findings_of(samples(square(40), square(50)), GRID)
    assert "mm" not in agreement_sentence(replace(findings, levels=np.zeros_like(findings.levels)), KNOWN)


def test_extremes_are_said_in_words() -> None:
    assert agreement_sentence(findings_of(samples(square(5) * False, square(5) * False), GRID), KNOWN) == (
        "None of the 2 samples outlines anything on this slice."
    )
    assert agreement_sentence(findings_of(samples(square(5), square(5)), GRID), KNOWN) == (
        "All 2 samples outline the same area."
    )
    assert agreement_sentence(findings_of(samples(square(5)), GRID), KNOWN) == (
        "There is only one sample, so nothing can be said about agreement."
    )


@pytest.mark.parametrize(("inner", "share"), [(99, "98 %"), (2, "1 %")])
def test_a_share_is_never_rounded_to_none_or_all(inner: int, share: str) -> None:
    outer = np.ones((100, 100), bool)
    smaller = np.zeros((100, 100), bool)
    smaller[:inner, :inner] = True
    assert f"agree on {share} of" in agreement_sentence(findings_of(samples(outer, smaller), GRID), Geometry())


def test_distance_is_ged_only_against_readers() -> None:
    findings = findings_of(samples(square(40), square(50)), GRID, ged=0.1321, readers=7)
    assert distance_line(findings) == "GED D² = 0.132 (2 samples, 7 readers; 0 = identical)"
    assert distance_line(findings, simulated=True) == "GED D² = 0.132 (2 samples, 7 simulated readers; 0 = identical)"


def test_without_readers_diversity_has_its_own_name() -> None:
    """Two samples with IoU 0.64: the four pairs, self-pairs included, differ by 0, 0.36, 0.36, 0 - mean 0.18."""
    line = distance_line(findings_of(samples(square(40), square(50)), GRID))
    assert line == "Sample diversity = 0.18 (2 samples; mean 1 - IoU between samples; 0 = identical)"
    assert "GED" not in line
    assert "(1 sample;" in distance_line(findings_of(samples(square(40)), GRID))


DECILES = tuple(share / 10 for share in range(11))


@pytest.mark.parametrize(
    ("diversity", "cases", "said"),
    [
        (0.95, 352, "More disagreement than in 9 of 10 cases of the model's test set."),
        (0.3, 352, "More disagreement than in 3 of 10 cases of the model's test set."),
        (0.05, 352, "Less disagreement than in any of the 10 cases of the model's test set."),
        (1.0, 352, "More disagreement than in any of the 10 cases of the model's test set."),
        (0.5, 4, "More disagreement than in 2 of 4 cases of the model's test set."),
        (0.0, 1, "Less disagreement than in the one case of the model's test set."),
        (1.0, 1, "More disagreement than in the one case of the model's test set."),
    ],
)
def test_a_diversity_is_placed_among_those_of_the_test_set(diversity: float, cases: int, said: str) -> None:
    """Two samples are compared with each other and with themselves: half of the pairs are of different ones."""
    findings = replace(findings_of(samples(square(40), square(50)), GRID), diversity=diversity / 2)
    assert usual_sentence(findings, Usual(cases, DECILES)) == said


def test_where_nothing_is_usual_nothing_is_said() -> None:
    assert usual_sentence(findings_of(samples(square(40)), GRID), None) == ""


def calibration(
    *expertness: float, drawn: tuple[float, ...] = (), fused: float = 0, given: np.ndarray | None = None
) -> Calibration:
    """Return readers of whom the first alone marked the only pixel, unless something else was given."""
    maps = np.zeros((len(expertness), 1, 1), np.float32)
    masks = np.arange(len(expertness))[:, None, None] == 0 if given is None else given
    spreads = (0.21, 0.05), (0.12, 0.034)
    halves = maps.astype(np.float16)
    areas = drawn or (1.0,) * len(expertness)
    return Calibration(maps, maps[0], 0.5, expertness, halves, *spreads, masks, areas, fused)


def test_the_reader_who_deviates_is_named_with_what_is_different() -> None:
    """24 % more than 100 pixels; of three readers the other two lie between 62 and 71 %."""
    found = calibration(0.62, 0.71, 0.41, drawn=(100, 100, 124), fused=100)
    assert deviation_sentence(found, ("A", "B", "C")) == (
        "C deviates most: where the readers differ, a further reader would agree with it on 41 % of those pixels "
        "(the others: 62 % to 71 %); it marks 24 % more than the fused mask."
    )
    less = deviation_sentence(calibration(0.4, 0.6, drawn=(50, 100), fused=100), ())
    assert less.startswith("Reader 1 deviates most")
    assert less.endswith("(the others: 60 %); it marks 50 % less than the fused mask.")


def test_a_reader_of_the_same_size_and_an_empty_fused_mask_say_nothing_of_size() -> None:
    for fused in (100.0, 0.0):
        said = deviation_sentence(calibration(0.4, 0.6, drawn=(101, 100), fused=fused), ())
        assert said.endswith("(the others: 60 %).")


def test_a_reader_who_marks_three_times_as_much_is_said_so() -> None:
    assert "marks 200 % more" in deviation_sentence(calibration(0.4, 0.6, drawn=(300, 100), fused=100), ())


def test_readers_alike_are_not_ranked() -> None:
    assert deviation_sentence(calibration(0.60, 0.61, 0.64), ()) == (
        "No reader stands out: where they differ, a further reader would agree with each on 60 % to 64 % of those "
        "pixels."
    )


def test_two_who_deviate_alike_are_both_named() -> None:
    """Two of four marked nothing, as masks that are the same always tie; the two others agree with each other."""
    said = deviation_sentence(calibration(0.85, 0.2, 0.86, 0.2), ("A", "B", "C", "D"))
    assert said == (
        "B, D deviate most: where the readers differ, a further reader would agree with each of them on 20 % of those "
        "pixels (the others: 85 % to 86 %)."
    )


def test_one_reader_whom_most_others_oppose_is_not_singled_out_for_agreeing() -> None:
    """Three of four tie far below the fourth: most readers cannot all deviate from what most readers say."""
    assert deviation_sentence(calibration(0.3, 0.3, 0.3, 0.9), ()).startswith("No reader stands out")


def test_readers_who_drew_the_same_are_not_compared() -> None:
    same, none = np.ones((3, 1, 1), bool), np.zeros((3, 1, 1), bool)
    assert deviation_sentence(calibration(0.9, 0.9, 0.9, given=same), ()) == "The readers drew the same."
    assert deviation_sentence(calibration(0.9, 0.9, 0.9, given=none), ()) == "None of the readers marked anything."


def test_distances_stand_before_and_after_calibration() -> None:
    between, away = readers_lines(calibration(0.4, 0.6))
    assert "0.21 as drawn, 0.05 calibrated" in between
    assert "0.120 as drawn, 0.034 calibrated; 0 = identical" in away


def test_an_evaluation_is_named_in_plain_words() -> None:
    name = "kidney on qubiq_kidney, val: 5 cases, 25 samples a level, 5 steps, seeds [0, 1, 2]"
    said = "qubiq_kidney, validation part: 5 cases, 25 samples a level, 5 steps, seeds [0, 1, 2]"
    assert evaluated_text(name) == said
    assert evaluated_text(name.replace("a level", "a noise step")) == said.replace("a level", "a noise step")
    assert evaluated_text("our own data") == "our own data"
