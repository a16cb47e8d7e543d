"""The whole science of the program on a toy model: the real code, small."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.case import Case, Modality, References
from app.domain.errors import MissingModelError, UnfitInputError
from app.domain.result import Device, Options, Result, Step
from app.domain.stack import Stack
from app.pipeline import caution, reference_masks, segment, segment_by_name
from app.postprocess.native import native_mask
from app.segmenters.calidiff.model import SYSTEM as CALIDIFF
from app.segmenters.consensus import SYSTEM
from app.segmenters.store import load_segmenter, new_model
from tests.segmenters.builders import CONFIGURATION, discs, install_toy

OPTIONS = Options(samples=3, steps=2, seed=1, device=Device.CPU)


def _case(readers: bool = True) -> Case:
    images, masks = discs(2, seed=8)
    references = References(("a", "b", "c"), np.moveaxis(masks, 0, 1), simulated=True) if readers else None
    return Case("discs", Stack.of(images[:, 0, :, :, None]), Modality.MR, references=references)


def _drained(running: Generator[Step, None, Result]) -> tuple[list[Step], Result]:
    steps = []
    while True:
        try:
            steps.append(next(running))
        except StopIteration as stop:
            return steps, stop.value


def test_a_case_becomes_a_result_that_says_where_it_came_from(tmp_path: Path) -> None:
    install_toy(tmp_path)
    ticks = iter([10.0, 12.5])
    steps, result = _drained(segment(_case(), 1, load_segmenter(tmp_path, "toy"), OPTIONS, clock=lambda: next(ticks)))
    np.testing.assert_array_equal(result.samples, steps[-1].estimate)
    assert result.slice_index == 1
    assert result.findings.ged is not None
    assert result.findings.readers == 3
    origin = result.provenance
    assert (origin.model, origin.seed, origin.samples, origin.steps, origin.device) == ("toy", 1, 3, 2, "cpu")
    assert origin.seconds == 2.5
    assert len(origin.weights_sha256) == 64


def test_levels_are_nested_and_add_up_to_the_soft_map(tmp_path: Path) -> None:
    """Amit et al. 2023: the soft map is the sum of the level masks over their number."""
    install_toy(tmp_path)
    _, result = _drained(segment(_case(), 0, load_segmenter(tmp_path, "toy"), OPTIONS))
    levels = result.findings.levels
    assert not (levels[1:] & ~levels[:-1]).any()
    np.testing.assert_allclose(result.findings.soft, levels.sum(axis=0) / 3, atol=1e-6)


def test_without_readers_there_is_diversity_and_no_ged(tmp_path: Path) -> None:
    install_toy(tmp_path)
    _, result = _drained(segment(_case(readers=False), 0, load_segmenter(tmp_path, "toy"), OPTIONS))
    assert result.findings.ged is None
    assert result.findings.diversity >= 0
    assert reference_masks(_case(readers=False), 0, result.grid) is None


def test_refinement_adds_an_outline_and_changes_nothing_else(tmp_path: Path) -> None:
    install_toy(tmp_path)
    segmenter = load_segmenter(tmp_path, "toy")
    _, plain = _drained(segment(_case(), 0, segmenter, OPTIONS))
    _, refined = _drained(segment(_case(), 0, segmenter, replace(OPTIONS, refine=True)))
    assert plain.findings.refined is None
    assert refined.findings.refined is not None
    np.testing.assert_array_equal(plain.samples, refined.samples)


@pytest.mark.parametrize(
    ("slice_index", "options", "words"),
    [
        (2, OPTIONS, "discs has 2 slices; there is no slice 3"),
        (0, replace(OPTIONS, samples=0), "at least one sample"),
        (0, replace(OPTIONS, steps=0), "at least one sample"),
        (0, replace(OPTIONS, region=(1.0, 1.0)), "takes no region"),
        (0, replace(OPTIONS, steps=5000), "1000"),
    ],
)
def test_what_cannot_be_run_is_said(tmp_path: Path, slice_index: int, options: Options, words: str) -> None:
    install_toy(tmp_path)
    with pytest.raises(UnfitInputError, match=words):
        _drained(segment(_case(), slice_index, load_segmenter(tmp_path, "toy"), options))


def test_a_case_of_another_kind_is_warned_of(tmp_path: Path) -> None:
    install_toy(tmp_path)
    card = load_segmenter(tmp_path, "toy").card
    assert caution(_case(), card) == ()
    (sentence,) = caution(replace(_case(), modality=Modality.CT), card)
    assert "trained on MR images; this case is CT" in sentence
    (sentence,) = caution(replace(_case(), modality=Modality.OTHER), card)
    assert "does not say how the image was made" in sentence


def test_the_engines_job_keeps_the_slices_place_and_the_model(tmp_path: Path) -> None:
    """Only one slice crosses to the engine; its number in the study comes back with the result."""
    install_toy(tmp_path)
    _, result = _drained(segment_by_name(_case().only(1), 1, "toy", OPTIONS, tmp_path))
    _, whole = _drained(segment(_case(), 1, load_segmenter(tmp_path, "toy"), OPTIONS))
    assert result.slice_index == 1
    np.testing.assert_allclose(result.samples, whole.samples, atol=1e-6)
    (tmp_path / "toy.safetensors").unlink()
    assert _drained(segment_by_name(_case().only(0), 0, "toy", OPTIONS, tmp_path))[1].slice_index == 0
    with pytest.raises(MissingModelError, match="no model named other"):
        _drained(segment_by_name(_case(), 0, "other", OPTIONS, tmp_path))


def test_readers_are_calibrated_where_that_is_asked_for(tmp_path: Path) -> None:
    """Their masks go in on the network's grid; what became of them comes out beside the levels."""
    configuration = {"network": CONFIGURATION["network"]}
    model = new_model(CALIDIFF, configuration)
    install_toy(tmp_path, model=model, system=CALIDIFF, configuration=configuration, takes_readers=True)
    segmenter = load_segmenter(tmp_path, "toy")
    _, result = _drained(segment(_case(), 0, segmenter, replace(OPTIONS, calibrate=True)))
    assert result.calibration is not None
    assert result.calibration.calibrated.shape == (3, *result.grid.shape)
    assert len(result.calibration.expertness) == 3
    assert "given the masks of 3 readers" in result.warnings[0]
    assert result.findings.ged is not None
    _, alone = _drained(segment(_case(), 0, segmenter, OPTIONS))
    assert alone.calibration is None


@pytest.mark.parametrize(("marked", "said"), [(1, True), (2, False)])
def test_that_most_readers_marked_nothing_is_said(tmp_path: Path, marked: int, said: bool) -> None:
    """One or two of three readers marked something; where most did not, neither does the fused mask."""
    configuration = {"network": CONFIGURATION["network"]}
    model = new_model(CALIDIFF, configuration)
    install_toy(tmp_path, model=model, system=CALIDIFF, configuration=configuration, takes_readers=True)
    case = _case()
    assert case.references is not None
    masks = case.references.masks.copy()
    masks[marked:] = False
    case = replace(case, references=replace(case.references, masks=masks))
    options = replace(OPTIONS, calibrate=True)
    _, result = _drained(segment(case, 0, load_segmenter(tmp_path, "toy"), options))
    assert any("Fewer than half of the readers" in warning for warning in result.warnings) == said
    assert result.calibration is not None
    assert not (said and result.calibration.mask.any())


def test_what_cannot_be_calibrated_is_said(tmp_path: Path) -> None:
    """A system that takes no readers, and a case that has fewer than two."""
    install_toy(tmp_path)
    options = replace(OPTIONS, calibrate=True)
    with pytest.raises(UnfitInputError, match="toy cannot calibrate"):
        _drained(segment(_case(), 0, load_segmenter(tmp_path, "toy"), options))
    configuration = {"network": CONFIGURATION["network"]}
    model = new_model(CALIDIFF, configuration)
    install_toy(tmp_path, model=model, system=CALIDIFF, configuration=configuration)
    case, segmenter = _case(), load_segmenter(tmp_path, "toy")
    assert case.references is not None
    one = References(("a",), case.references.masks[:1])
    for few in (replace(case, references=one), _case(readers=False)):
        with pytest.raises(UnfitInputError, match="at least two readers"):
            _drained(segment(few, 0, segmenter, options))


def test_a_dermoscopic_lesion_is_read_and_other_pictures_are_not(tmp_path: Path) -> None:
    """A grey picture called dermoscopic has no colours to read."""
    network = {**CONFIGURATION["network"], "channels": 3}
    configuration = {**CONFIGURATION, "network": network}
    model = new_model(SYSTEM, configuration)
    install_toy(tmp_path, model=model, configuration=configuration, intake={"side": 32, "channels": 3})
    photograph = Case("p", Stack.of(np.full((1, 40, 50, 3), 120, np.uint8)), Modality.DERMOSCOPY)
    segmenter = load_segmenter(tmp_path, "toy")
    _, result = _drained(segment(photograph, 0, segmenter, OPTIONS))
    final = native_mask(result.findings.level_maps[1], result.grid)
    assert (result.lesion is None) is not bool(final.any())
    _, refined = _drained(segment(photograph, 0, segmenter, replace(OPTIONS, refine=True)))
    assert refined.findings.refined is not None
    assert refined.lesion == result.lesion, "a model without a validated CRF is read by its majority outline"
    _, other = _drained(segment(replace(photograph, modality=Modality.OTHER), 0, segmenter, OPTIONS))
    assert other.lesion is None
