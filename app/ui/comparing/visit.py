"""A second study beside the open one: another visit of the same lesion or patient, with runs of its own."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from app.domain.case import Case
from app.domain.geometry import Geometry
from app.domain.words import tr
from app.ui import readout
from app.ui.camera import Camera, fit_scale
from app.ui.choice import Tone, majority
from app.ui.comparing.overlap import Outlined, difference_text, predicted
from app.ui.comparing.sides import Look
from app.ui.jobs import Backend
from app.ui.opening import Choice as SeriesChoice
from app.ui.session import Session


class Visit:
    """A session of its own, which takes its model and its way of showing from the window's."""

    def __init__(self, main: Session, backend: Backend, heard: Callable[[], None]) -> None:
        """Start without a case.

        Args:
            main: the window's session.
            backend: does the visit's long work.
            heard: called whenever there is something else to show.
        """
        self._main = main
        self.session = Session(main.cards, backend, main.files.limit_bytes)
        self.session.case_changed.connect(self._take_choice)
        for signal in (self.session.case_changed, self.session.view_changed, self.session.frame_changed):
            signal.connect(lambda _: heard())
        self.session.choice_changed.connect(lambda _: heard())
        self.session.progress_changed.connect(lambda _: heard())
        self.session.message_raised.connect(main.message_raised)
        self.session.files.choice_offered.connect(self._on_offered)
        main.choice_changed.connect(self._take_choice)

    @property
    def case(self) -> Case | None:
        """The visit's case, once it is open."""
        return self.session.case

    def open(self, path: Path) -> None:
        """Open the visit's file."""
        self.session.open_study(path)

    def run(self) -> None:
        """Run the model that the window has chosen, or stop."""
        if self.session.is_running:
            self.session.cancel()
        else:
            self._take_choice()
            self.session.run()

    def close(self) -> None:
        """End the visit's threads and processes."""
        self._main.choice_changed.disconnect(self._take_choice)
        self.session.close()

    def look(self) -> Look:
        """Return how the visit is shown: its own slice and grey window, everything else as in the window.

        Before a first look at the window's case, what a model made of the visit is not seen either.
        """
        own, shown = self.session.view, self._main.view
        frame = None if self._main.look.pending else self.session.frame
        levels = shown.levels
        if frame is not None and levels and max(levels) > frame.findings.level_count:
            levels = majority(frame.findings.level_count)
        view = replace(
            shown,
            slice_index=own.slice_index,
            window=own.window,
            inverted=own.inverted,
            references=own.references,
            levels=levels,
            step=own.step,
        )
        if frame is None:
            return Look(view)
        return Look(view, frame, predicted(frame.findings.level_maps[frame.findings.majority - 1], frame))

    def _take_choice(self, *_: object) -> None:
        self.session.choose(replace(self._main.choice, region=self.session.choice.region))

    def _on_offered(self, choice: SeriesChoice) -> None:
        text = tr("{name} holds several series; open a file of one of them.").format(name=choice.order.path.name)
        self._main.tell(text, Tone.NOTICE)
        self.session.files.cancel_opening()


def counted(left: Outlined, right: Outlined) -> Generator[None, None, tuple[float, float]]:
    """Count the areas of two outlines that lie on different pictures, each in its own pixels."""
    first = float(left().sum())
    yield
    return first, float(right().sum())


def change_sentence(areas: tuple[float, float], left: Geometry, right: Geometry) -> str:
    """Say how the area of the right visit differs from the left one's, where both have a scale."""
    if left.pixel_area_mm2 is None or right.pixel_area_mm2 is None:
        return tr("Areas can be compared only where both pictures have a known scale.")
    mm2 = areas[0] * left.pixel_area_mm2, areas[1] * right.pixel_area_mm2
    words = [readout.area_text(area, geometry) for area, geometry in zip(areas, (left, right), strict=True)]
    text = tr("Left {left}, right {right}").format(left=words[0], right=words[1])
    return f"{text}: {difference_text(*mm2)}." if mm2[0] else f"{text}."


def matched_scale(camera: Camera, case: Case, other: Camera, other_case: Case) -> float:
    """Return the scale at which another picture is as large as this one: in millimetres, or in shares of a whole fit.

    Args:
        camera: of this picture.
        case: that it shows.
        other: camera of the other picture.
        other_case: that it shows.
    """
    mm, other_mm = case.geometry.pixel_mm, other_case.geometry.pixel_mm
    if mm is not None and other_mm is not None:
        return camera.scale * other_mm[1] / mm[1]
    whole = fit_scale(camera.shape, camera.aspect, camera.screen)
    return fit_scale(other.shape, other.aspect, other.screen) * camera.scale / whole
