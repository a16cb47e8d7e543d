"""A small world for the window: cases, models, and long work that a test holds by the hand."""

import threading
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.case import Case, Modality, References, Window
from app.domain.errors import RunCancelledError, UnreadableFileError
from app.domain.geometry import Geometry
from app.domain.grid import Grid
from app.domain.model import Intake, ModelCard
from app.domain.reading import (
    Arrived,
    Drafted,
    Fetch,
    Lost,
    Mark,
    Marked,
    News,
    Offer,
    Offered,
    Open,
    Opened,
    Order,
    Pictured,
    Plan,
    Touching,
    from_the_middle,
)
from app.domain.result import Calibration, Options, Provenance, Result, Step
from app.domain.stack import Draft, Packed, Stack
from app.export.job import Inspection, Writing, serve
from app.export.saving import Saving
from app.imaging.prepare import masks_to_grid
from app.postprocess.agreement import find
from app.ui.session import Session

SIDE = 32


def series(slices: int = 5) -> Case:
    """Return an axial CT series of 64 x 64 pixels of 0.5 mm whose value is its slice's number."""
    pixels = np.broadcast_to(np.arange(slices, dtype=np.float32)[:, None, None, None], (slices, 64, 64, 1)).copy()
    geometry = Geometry(spacing_mm=(3.0, 0.5, 0.5), in_plane_known=True, slices_known=True, orientation_known=True)
    return Case("series", Stack.of(pixels), Modality.CT, geometry, unit="HU", window=Window(40, 400))


def photograph() -> Case:
    """Return a photograph of 60 x 80 pixels without a scale."""
    return Case("lesion.jpg", Stack.of(np.full((1, 60, 80, 3), (200, 160, 150), np.uint8)), Modality.DERMOSCOPY)


def is_whole(session: Session) -> bool:
    """Whether every slice of the open case is there."""
    return session.case is not None and session.case.pixels.lacking() == ()


def readers_of(case: Case) -> References:
    """Return two readers who marked the same square on every slice, the second of them four pixels further down."""
    masks = np.zeros((2, case.slices, *case.shape), np.bool_)
    masks[0, :, 20:40, 20:40] = masks[1, :, 24:44, 20:40] = True
    return References(("reader 1", "reader 2"), masks)


def card(
    name: str = "kidney", modality: Modality = Modality.CT, readers: int = 3, crop_px: float | None = None
) -> ModelCard:
    """Return a model's card."""
    return ModelCard(
        name=name,
        system="consensus diffusion",
        title=name.capitalize(),
        task=f"the {name}",
        modality=modality,
        readers=readers,
        simulated_readers=False,
        intake=Intake(SIDE, 1, crop_px=crop_px),
        steps=3,
        samples=2,
        most_steps=20,
        weights=Path("none"),
        sha256="0" * 64,
        facts={},
    )


CARDS = (card(), card("skin", Modality.DERMOSCOPY, readers=2))


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class HandWork:
    """Long work in the place of the engines; a run takes a step each time the test lets it.

    Attributes:
        cases: what reading each file name comes to.
        steps: released by the test, one for each step; a free run needs none.
        is_free: whether runs go on by themselves.
        offers: the series of a folder that holds several.
        beside: masks that lie beside a file.
        complaint: why masks that are given do not fit.
        holds_slices: whether each slice but the first is released by the test.
        slices: released by the test, one for each slice.
        halted: whether reading was asked to stop.
        wishes: slices that were asked for while reading.
        fetched: slices that were asked for afterwards.
        slow: cleared by the test to hold the opening of a file.
        opened: what was asked to be opened.
        drafts: what is shown in the place of a photograph that is released by the test.
        seen: the pixels that models were given.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_free: bool = True
    runs: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    offers: dict[str, tuple[Offer, ...]] = field(default_factory=dict)
    beside: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    complaint: str = ""
    holds_slices: bool = False
    slices: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    halted: threading.Event = field(default_factory=threading.Event)
    wishes: list[int] = field(default_factory=list)
    fetched: list[tuple[int, ...]] = field(default_factory=list)
    slow: threading.Event = field(default_factory=_set)
    opened: list[Open] = field(default_factory=list)
    drafts: dict[str, Draft] = field(default_factory=dict)
    seen: list[Packed] = field(default_factory=list)

    def warm(self) -> None:
        """Need nothing."""

    def read(self, order: Order) -> Generator[News, None, None]:
        """Open the case of that name, its middle slice first, or refuse the file as a reader would."""
        match order:
            case Open():
                yield from self._open(order)
            case Mark():
                yield Touching(order.references[0])
                yield Marked(readers_of(order.case))
            case Fetch():
                self.fetched.append(order.wanted)
                case = self.cases[order.plan.paths[0].name]
                yield from (Arrived(index, case.pixels.packed(index)) for index in order.wanted)

    def _open(self, order: Open) -> Generator[News, None, None]:
        self.opened.append(order)
        while not self.slow.wait(timeout=0.01):
            yield Touching(order.path)
        yield Touching(order.path)
        if order.path.name in self.offers and not order.files:
            yield Offered(self.offers[order.path.name])
            picture = Packed(np.full((8, 8, 1), 9, np.uint8))
            yield from (Pictured(index, picture, None) for index in range(len(self.offers[order.path.name])))
            return
        path = order.files[0] if order.files else order.path
        if path.name not in self.cases:
            raise UnreadableFileError(path.name, "it is not an image file that Concord knows")
        case = self.cases[path.name]
        references = readers_of(case) if order.references else None
        blank = replace(case, pixels=Stack(case.pixels.shape), references=references)
        beside = self.beside.get(path.name, ())
        yield Opened(blank, Plan((path,) * case.slices, is_series=False), beside, self.complaint)
        yield from self._slices_of(case, self.drafts.get(path.name))

    def _slices_of(self, case: Case, draft: Draft | None) -> Generator[News, None, None]:
        if draft is not None:
            yield Drafted(0, draft)
        for index in from_the_middle(case.slices):
            comes_at_once = index == case.slices // 2 and draft is None
            while not comes_at_once and self.holds_slices and not self.slices.acquire(timeout=0.01):
                if self.halted.is_set():
                    raise RunCancelledError("The run was cancelled.")
            if index in case.pixels.faults:
                yield Lost(index, case.pixels.fault(index))
            else:
                yield Arrived(index, case.pixels.packed(index))

    def wish(self, index: int) -> None:
        """Remember what was wished for."""
        self.wishes.append(index)

    def segment(self, case: Case, slice_index: int, model: str, options: Options) -> Generator[Step, None, Result]:
        """Find a square that shrinks from step to step, the same in every sample."""
        self.runs += 1
        self.seen.append(case.pixels.packed(0))
        self.stopped.clear()
        grid = Grid((SIDE, SIDE), (-0.5, -0.5), (case.shape[0] / SIDE, case.shape[1] / SIDE), case.shape)
        levels = next((each.readers for each in CARDS if each.name == model), 3)
        for index in range(options.steps):
            while not (self.is_free or self.steps.acquire(timeout=0.01)):
                if self.stopped.is_set():
                    raise RunCancelledError("The run was cancelled.")
            estimate = square(12 - index, options.samples, levels)
            share, found = (index + 1) / options.steps, calibration_of(case, grid, index) if options.calibrate else None
            yield Step(index, options.steps, estimate, share, grid, calibration=found)
        references = None if case.references is None else case.references.masks[:, 0, ::2, ::2]
        findings = find(estimate, grid, references)
        counts, seconds = (options.seed, options.samples, 3), float(self.runs)
        origin = Provenance("consensus diffusion", model, "0" * 64, "1", *counts, "cpu", seconds)
        return Result(estimate, findings, grid, slice_index, ("A made-up warning.",), origin, found)

    def stop_reading(self) -> None:
        """Let a held reading raise."""
        self.halted.set()

    def stop_running(self) -> None:
        """Let the run raise."""
        self.stopped.set()

    def close(self) -> None:
        """Let the run and a held reading raise."""
        self.stopped.set()
        self.halted.set()


def calibration_of(case: Case, grid: Grid, step: int) -> Calibration:
    """Return readers of whom each but the first is worth less than the one before, all calibrated to one square."""
    count = case.references.count if case.references is not None else 0
    consensus = square(6, 1)[0, 0] * 0.8
    worth = np.linspace(0.9, 0.3, count)
    maps = np.broadcast_to(worth[:, None, None], (count, SIDE, SIDE)).astype(np.float16)
    calibrated = np.broadcast_to(square(6 + step, 1)[0, 0], (count, SIDE, SIDE))
    references = case.references
    given = np.zeros((0, SIDE, SIDE), bool) if references is None else masks_to_grid(references.masks[:, 0], grid)
    drawn, *fused = (
        tuple(grid.pixel_area * float(mask.sum()) for mask in masks) for masks in (given, [consensus >= 0.5])
    )
    scores = tuple(worth.tolist()), maps, (0.2, 0.05), (0.3, 0.1)
    return Calibration(calibrated, consensus, 0.5, *scores, given, drawn, *fused[0])


def square(half_side: int, samples: int, levels: int = 3) -> np.ndarray:
    """Return (levels, samples, SIDE, SIDE) with a square about the middle in each."""
    estimate = np.zeros((levels, samples, SIDE, SIDE), np.float32)
    middle = SIDE // 2
    estimate[..., middle - half_side : middle + half_side, middle - half_side : middle + half_side] = 1
    return estimate


class HandExport:
    """The real writing, in the window's own process."""

    def serve(self, asked: Writing | Inspection | Saving) -> Generator[Any, None, Any]:
        """Write an order, or inspect a source."""
        return serve(asked)

    def stop(self) -> None:
        """Let it end by itself."""

    def close(self) -> None:
        """Have nothing to end."""
