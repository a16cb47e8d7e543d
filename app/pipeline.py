"""From a case to a result, as one generator.

`segment` is the whole science of the program in order: lay the model's grid over the slice, sample, find what the
samples agree on, warn. The command line drains it with `for`, the window through `engine`, a test with `next`.
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import app
from app.domain.arrays import BoolArray, FloatArray
from app.domain.case import Case, Modality
from app.domain.errors import UnfitInputError
from app.domain.grid import Grid
from app.domain.lesion import Measured
from app.domain.model import ModelCard
from app.domain.result import FEWEST_READERS, Calibration, Findings, Options, Provenance, Result, Step
from app.domain.words import tr
from app.imaging.prepare import fit_grid, masks_to_grid, prepare
from app.places import resources_folder
from app.postprocess.agreement import find, mostly_marked
from app.postprocess.crf import CrfOptions, refine
from app.postprocess.dermatology import measured_lesion
from app.postprocess.native import counted
from app.postprocess.readers import counted_readers
from app.postprocess.regions import degenerate
from app.segmenters.base import Calibrator, Segmenter, choose_device, device_name
from app.segmenters.store import load_segmenter

Clock = Callable[[], float]


def segment(
    case: Case, slice_index: int, segmenter: Segmenter, options: Options, clock: Clock = time.perf_counter
) -> Generator[Step, None, Result]:
    """Segment one slice of a case.

    Args:
        case: the study, with its readers' masks if there are any.
        slice_index: the slice, from 0.
        segmenter: a loaded model.
        options: of the run.
        clock: seconds, for the time that the run took.

    Yields:
        The masks as they would be if the run had to stop now.

    Returns:
        The finished result.

    Raises:
        UnfitInputError: the slice is not there or the model cannot take it.
        DeviceError: the device is not there.
    """
    start = clock()
    card = segmenter.card
    _check(case, slice_index, card, options)
    grid = fit_grid(case, card.intake, options.region)
    image = prepare(case.pixels[slice_index], card.intake, grid)
    step = None
    references = reference_masks(case, slice_index, grid)
    told = (*caution(case, card), *(_given(references) if options.calibrate else ()))
    for made in _running(segmenter, image, grid, options, references):
        step = replace(made, notices=(*told, *made.notices))
        yield step
    if step is None:
        raise ValueError(f"the segmenter {card.name} yielded no step")
    findings = find(step.estimate, grid, references)
    if options.refine:
        fused = findings.level_maps[findings.majority - 1]
        findings = replace(findings, refined=refine(image, fused, CrfOptions(**card.crf)))
    return Result(
        samples=step.estimate,
        findings=counted(findings, grid),
        grid=grid,
        slice_index=slice_index,
        warnings=(*step.notices, *degenerate(findings, grid)),
        provenance=_provenance(card, options, step, clock() - start),
        calibration=_counted(case, slice_index, step),
        lesion=_lesion(case, slice_index, findings if card.crf else replace(findings, refined=None), step),
    )


def segment_by_name(
    case: Case, slice_index: int, model: str, options: Options, folder: Path | None = None
) -> Generator[Step, None, Result]:
    """Do `segment` with an installed model, which stays loaded for the next call; a job of the engine.

    Args:
        case: reduced to the one slice, so that no more than that crosses to the engine's process.
        slice_index: where that slice lies in the study; kept in the result.
        model: its name.
        options: of the run.
        folder: of models and cards; None takes those that come with the program.

    Raises:
        MissingModelError: there is no such model or it is damaged.
    """
    key = (folder or resources_folder() / "models", model)
    if key not in _LOADED:
        _LOADED.clear()
        _LOADED[key] = load_segmenter(*key)
    result = yield from segment(case, 0, _LOADED[key], options)
    return replace(result, slice_index=slice_index)


def reference_masks(case: Case, slice_index: int, grid: Grid) -> BoolArray | None:
    """Return the readers' masks (readers, *grid.shape) of a slice, or None if the case has none."""
    return None if case.references is None else masks_to_grid(case.references.masks[:, slice_index], grid)


def caution(case: Case, card: ModelCard) -> tuple[str, ...]:
    """Warn of a case that is not, or may not be, of the kind that a model was trained on."""
    if case.modality is card.modality:
        return ()
    if case.modality is Modality.OTHER:
        trained = tr("this model was trained on {trained} images").format(trained=tr(card.modality.value))
        return (tr("The file does not say how the image was made; {trained}.").format(trained=trained),)
    return (
        tr("This model was trained on {trained} images; this case is {opened}. Do not rely on its outlines.").format(
            trained=tr(card.modality.value), opened=tr(case.modality.value)
        ),
    )


def check_options(card: ModelCard, options: Options) -> None:
    """Refuse what a model cannot do.

    Raises:
        UnfitInputError: there are no samples or steps to draw, or more steps than the model was trained with.
    """
    if options.samples < 1 or options.steps < 1:
        raise UnfitInputError(tr("A run needs at least one sample and one diffusion step."))
    if options.steps > card.most_steps:
        raise UnfitInputError(
            tr("The model {name} was trained with {n} diffusion steps; ask for fewer.").format(
                name=card.name, n=card.most_steps
            )
        )


_LOADED: dict[tuple[Path, str], Segmenter] = {}


def _check(case: Case, slice_index: int, card: ModelCard, options: Options) -> None:
    if not 0 <= slice_index < case.slices:
        raise UnfitInputError(
            tr("{name} has {n} slices; there is no slice {wanted}.").format(
                name=case.name, n=case.slices, wanted=slice_index + 1
            )
        )
    check_options(card, options)


def _running(
    segmenter: Segmenter, image: FloatArray, grid: Grid, options: Options, readers: BoolArray | None
) -> Iterator[Step]:
    """Start from noise or, where that is asked for, from the readers' masks."""
    if not options.calibrate:
        return segmenter.sample(image, grid, options)
    if not isinstance(segmenter, Calibrator):
        raise UnfitInputError(tr("The model {name} cannot calibrate readers' masks.").format(name=segmenter.card.name))
    if readers is None or len(readers) < FEWEST_READERS:
        raise UnfitInputError(tr("Calibrating needs the masks of at least two readers; open them beside the image."))
    return segmenter.calibrate(image, grid, options, readers)


def _lesion(case: Case, slice_index: int, findings: Findings, step: Step) -> Measured | None:
    """Read a dermoscopic lesion; other pictures have none.

    The final mask is the refined one only for a model whose refinement was chosen on validation data.
    """
    if case.modality is not Modality.DERMOSCOPY or not case.is_colour:
        return None
    return measured_lesion(case.pixels[slice_index], findings, step.estimate, step.grid)


def _counted(case: Case, slice_index: int, step: Step) -> Calibration | None:
    """Return what was found of the readers, with its areas counted on the slice."""
    if step.calibration is None or case.references is None:
        return None
    return counted_readers(step.calibration, case.references.masks[:, slice_index], step.grid)


def _given(readers: BoolArray | None) -> tuple[str, ...]:
    """Tell that the readers' masks went into the result, and why it is empty where too few of them marked anything."""
    if readers is None:
        return ()
    told = tr("The model was given the masks of {n} readers; their distance to its outlines is no test of it.")
    empty = tr("Fewer than half of the readers marked anything here, so that the fused mask is empty.")
    return (told.format(n=len(readers)), *(() if mostly_marked(readers) else (empty,)))


def _provenance(card: ModelCard, options: Options, step: Step, seconds: float) -> Provenance:
    return Provenance(
        system=card.system,
        model=card.name,
        weights_sha256=card.sha256,
        version=app.__version__,
        seed=options.seed,
        samples=step.estimate.shape[1],
        steps=step.total,
        device=step.device or device_name(choose_device(options.device)),
        seconds=seconds,
        simulated_readers=card.simulated_readers,
        most_samples=options.samples,
    )
