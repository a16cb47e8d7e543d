"""The annotated picture: what the canvas shows, with everything that is needed to read it later."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.domain.arrays import ByteArray
from app.domain.case import Case, Modality, Window
from app.domain.view import View
from app.domain.words import english, mark, tr
from app.export.blocks import blocks
from app.export.files import refuse_occupied, save_atomically
from app.export.layout import Look
from app.export.numbers import DISCLAIMER
from app.export.outcome import Outcome
from app.export.page import Page, page_of
from app.export.plate import annotated_slice
from app.export.sheet import Sheet, draw_sheet
from app.render.sentences import agreement_sentence


def export_png(outcome: Outcome, view: View, path: Path, look: Look | None = None, *, overwrite: bool = False) -> None:
    """Write a slice with its overlays as one PNG, by default with legend, areas, scale and origin.

    The file's text chunks repeat the run's parameters and hold nothing that names a patient or a place.

    Args:
        outcome: the slice and the result of a run on it.
        view: what is drawn.
        path: of the file.
        look: how it is laid out.
        overwrite: whether a file that is already there is replaced.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    refuse_occupied(path, overwrite=overwrite)
    page = page_of(outcome, view)
    save_png(drawn(page, look or Look()), chunks(page), path, overwrite=overwrite)


def drawn(page: Page, look: Look) -> ByteArray:
    """Return a page as it is laid out, (rows, columns, 3)."""
    picture = annotated_slice(page, look.size, look.part)
    return draw_sheet(sheet_of(page, picture)) if look.composed else picture


def save_png(picture: ByteArray, texts: Mapping[str, str], path: Path, *, overwrite: bool) -> None:
    """Write a picture (rows, columns, 3) with text chunks.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    kept = PngInfo()
    for name, value in texts.items():
        kept.add_text(name, value)

    def write(file: IO[bytes]) -> None:
        Image.fromarray(picture).save(file, "PNG", pnginfo=kept, compress_level=_COMPRESSION)

    save_atomically(path, write, overwrite=overwrite)


_COMPRESSION = 4  # a third of the time of Pillow's 6 for files 7 % larger


def chunks(page: Page) -> dict[str, str]:
    """Return the texts kept within the PNG file; none of them comes from the source's own header or name."""
    made, findings, window = page.result.provenance, page.scene.findings, page.view.window
    spacing = page.case.geometry.pixel_mm
    distance = ("Diversity", findings.diversity) if findings.ged is None else ("GED", findings.ged)
    levels = ", ".join(str(level) for level in page.scene.shown_levels(page.view.levels))
    return {
        "Software": f"Concord {made.version}",
        "Title": f"{'INTERMEDIATE ' if page.scene.intermediate else ''}consensus of {findings.level_count} readers",
        "Description": english(agreement_sentence(findings, page.case.geometry)),
        "ModelName": made.model,
        "ModelSHA256": made.weights_sha256,
        "Seed": str(made.seed),
        "Samples": str(made.samples),
        "Steps": str(made.steps),
        "StepShown": f"{page.step + 1}{' (intermediate)' if page.scene.intermediate else ''}",
        "ConsensusLevel": f"{levels or 'none'} of {findings.level_count}",
        distance[0]: f"{distance[1]:.4f}",
        "Window": "none" if window is None else f"{window.width:g}",
        "Level": "none" if window is None else f"{window.level:g}",
        "PixelSpacing": "unknown" if spacing is None else f"{spacing[0]:g} {spacing[1]:g}{_source(page.case)}",
        "Disclaimer": DISCLAIMER,
    }


def _source(case: Case) -> str:
    return " (marked by the reader)" if case.geometry.is_marked else ""


def sheet_title(case: Case) -> str:
    """Say what kind of picture is seen; a file's name may be a patient's and stays out of exports."""
    return tr(_TITLES[case.modality])


_TITLES = {
    Modality.DERMOSCOPY: mark("Dermoscopy image"),
    Modality.CT: mark("CT image"),
    Modality.MR: mark("MR image"),
    Modality.OTHER: mark("Image"),
}


def sheet_of(page: Page, picture: ByteArray) -> Sheet:
    """Compose a page about a picture of its slice."""
    intermediate = page.scene.intermediate
    return Sheet(
        title=sheet_title(page.case),
        subtitle=_subtitle(page),
        badge=tr("SYNTHETIC") if page.case.synthetic else "",
        banner=tr("INTERMEDIATE {step} - not a result").format(step=page.step_text) if intermediate else "",
        disclaimer=tr(DISCLAIMER),
        maker=f"Concord {page.result.provenance.version}",
        picture=picture,
        blocks=blocks(page),
    )


def _subtitle(page: Page) -> str:
    """Say which part of it and how."""
    case, view, slices = page.case, page.view, page.outcome.slices
    parts = [tr("{size} pixels").format(size=f"{case.shape[0]} x {case.shape[1]}")]
    parts += [tr("slice {n} of {m}").format(n=page.result.slice_index + 1, m=slices)] if slices > 1 else []
    parts += [_window_text(view.window, case.unit)] if view.window is not None else []
    parts += [tr("inverted")] if view.inverted else []
    parts += [tr("model output hidden")] if view.hidden else []
    return "  ·  ".join(parts)


def _window_text(window: Window, unit: str) -> str:
    level, width = (np.format_float_positional(value, 1, trim="-") for value in (window.level, window.width))
    return tr("window {width}, level {level} {unit}").format(width=width, level=level, unit=unit).rstrip()
