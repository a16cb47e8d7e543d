"""Small pictures side by side: one for each diffusion step or for each consensus level, and the steps as a film."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageDraw

from app.domain.arrays import ByteArray
from app.domain.errors import OutputError
from app.domain.view import View
from app.domain.words import tr
from app.export.files import refuse_occupied, save_atomically
from app.export.layout import Size
from app.export.numbers import DISCLAIMER
from app.export.outcome import Outcome
from app.export.page import Page, page_of
from app.export.plate import annotated_slice
from app.export.png import chunks, save_png, sheet_title
from app.export.rows import FAINT, INK, PAPER, RED, WHITE
from app.render.legend import level_label, upper_first
from app.render.lettering import shortened, text_width, write

TILE_SIDE = 600
MOST_ACROSS = 5


def export_steps(outcome: Outcome, view: View, path: Path, *, overwrite: bool = False) -> None:
    """Write a picture of every diffusion step side by side; all but the last are marked as intermediate.

    Raises:
        OutputError: the steps are not held any more, a file is already there, or it cannot be written.
    """
    refuse_occupied(path, overwrite=overwrite)
    pages = _step_pages(outcome, view)
    texts = chunks(pages[-1]) | {"Title": "diffusion steps", "StepShown": f"1 to {len(pages)}"}
    strip = _strip([_tile(page, _step_caption(page)) for page in pages], tr("diffusion steps"), pages[-1])
    save_png(strip, texts, path, overwrite=overwrite)


def export_levels(outcome: Outcome, view: View, path: Path, *, overwrite: bool = False) -> None:
    """Write a picture of every consensus level side by side.

    Raises:
        OutputError: a file is already there, or it cannot be written.
    """
    refuse_occupied(path, overwrite=overwrite)
    count = outcome.result.findings.level_count
    shown = replace(view, band=False, soft=False, refined=False, hidden=False, step=None)
    pages = [page_of(outcome, replace(shown, levels=frozenset({level}))) for level in range(1, count + 1)]
    tiles = [_tile(page, _level_caption(page, level)) for level, page in enumerate(pages, start=1)]
    texts = chunks(pages[0]) | {"Title": "consensus levels", "ConsensusLevel": f"1 to {count} of {count}"}
    save_png(_strip(tiles, tr("consensus levels"), pages[0]), texts, path, overwrite=overwrite)


def export_film(outcome: Outcome, view: View, path: Path, *, overwrite: bool = False) -> None:
    """Write the diffusion steps as a GIF that runs round; its comment holds what a PNG's text chunks do.

    Raises:
        OutputError: the steps are not held any more, a file is already there, or it cannot be written.
    """
    refuse_occupied(path, overwrite=overwrite)
    pages = _step_pages(outcome, view)
    tiles = [_tile(page, _step_caption(page)) for page in pages]
    frames = [Image.fromarray(np.vstack([tile, _foot(pages[-1], tile.shape[1])])) for tile in tiles]
    comment = "; ".join(f"{name}: {value}" for name, value in chunks(pages[-1]).items())
    times = [_STEP_MS] * (len(frames) - 1) + [_LAST_MS]

    def save(file: IO[bytes]) -> None:
        first, *others = (frame.quantize(_COLOURS, dither=Image.Dither.NONE) for frame in frames)
        said = comment.encode("ascii", "replace")
        first.save(file, "GIF", save_all=True, append_images=others, duration=times, loop=0, comment=said)

    save_atomically(path, save, overwrite=overwrite)


_STEP_MS, _LAST_MS = 700, 2500
_COLOURS = 255
_AMBER_INK = (146, 92, 0)
_MARGIN, _CAPTION, _TYPE, _TITLE = 16, 34, 17, 22


def _step_pages(outcome: Outcome, view: View) -> list[Page]:
    total = outcome.result.provenance.steps
    if set(range(total - 1)) - set(outcome.steps):
        raise OutputError(tr("The diffusion steps of this run are no longer held; run it again to export them."))
    return [page_of(outcome, replace(view, step=step, hidden=False)) for step in range(total)]


def _step_caption(page: Page) -> tuple[str, str]:
    return upper_first(page.step_text), tr("intermediate") if page.scene.intermediate else tr("result")


def _level_caption(page: Page, level: int) -> tuple[str, str]:
    area = page.measured.levels[level - 1]
    size = f"{area.px:,} px" if area.mm2 is None else f"{area.mm2:,.1f} mm²"
    return (level_label(level, page.scene.findings.level_count), size)


def _tile(page: Page, caption: tuple[str, str]) -> ByteArray:
    """Return one small picture with its caption above: a text and, at the right, a note."""
    text, note = caption
    bare = replace(page, view=replace(page.view, measured=False))  # their words have no room here
    picture = annotated_slice(bare, Size(long_side=TILE_SIDE))
    row = Image.new("RGB", (picture.shape[1], _CAPTION), PAPER)
    draw = ImageDraw.Draw(row)
    note_width = text_width(note, _TYPE)
    write(draw, (2, 23), shortened(text, _TYPE, row.width - note_width - 14), _TYPE, INK)
    write(draw, (row.width - note_width - 2, 23), note, _TYPE, _AMBER_INK if page.scene.intermediate else FAINT)
    return np.vstack([np.array(row), picture])


def _strip(tiles: Sequence[ByteArray], title: str, page: Page) -> ByteArray:
    """Lay tiles of one size out in even rows under a title."""
    rows = math.ceil(len(tiles) / MOST_ACROSS)
    across = math.ceil(len(tiles) / rows)
    height, width = tiles[0].shape[:2]
    paper = np.full((rows * (height + _MARGIN), across * (width + _MARGIN) + _MARGIN, 3), PAPER, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // across * (height + _MARGIN), index % across * (width + _MARGIN) + _MARGIN
        paper[top : top + height, left : left + width] = tile
    return np.vstack([_head(title, page, paper.shape[1]), paper, _foot(page, paper.shape[1])])


def _head(title: str, page: Page, width: int) -> ByteArray:
    made = page.result.provenance
    head = Image.new("RGB", (width, 76), PAPER)
    draw = ImageDraw.Draw(head)
    synthetic = f"{tr('SYNTHETIC image: a phantom, not a patient.')}  ·  " if page.case.synthetic else ""
    about = tr(
        "{system}, model {model} (weights {weights}), seed {seed}, {n} samples for each level, {m} steps"
    ).format(
        system=tr(made.system),
        model=made.model,
        weights=made.weights_sha256[:12],
        seed=made.seed,
        n=made.samples,
        m=made.steps,
    )
    write(draw, (_MARGIN, 34), shortened(f"{sheet_title(page.case)}: {title}", _TITLE, width - 32), _TITLE, INK)
    write(draw, (_MARGIN, 60), shortened(synthetic + about, 14, width - 32), 14, FAINT)
    return np.array(head)


def _foot(page: Page, width: int) -> ByteArray:
    foot = Image.new("RGB", (width, 36), RED)
    maker = f"Concord {page.result.provenance.version}"
    draw = ImageDraw.Draw(foot)
    write(draw, (_MARGIN, 24), tr(DISCLAIMER), _TYPE, WHITE)
    write(draw, (foot.width - _MARGIN - text_width(maker, 14), 24), maker, 14, WHITE)
    return np.array(foot)
