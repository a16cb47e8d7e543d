"""What the user has chosen for the next run, and what the window says to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain

from app.domain.case import Case
from app.domain.model import ModelCard
from app.domain.result import FEWEST_READERS, Device, Options, majority_of
from app.domain.view import View
from app.domain.words import tr

MOST_SAMPLES = 200
MOST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """The next run.

    Attributes:
        card: the model; None where none is installed.
        samples: for each consensus level.
        steps: diffusion steps.
        seed: of all noise.
        device: where to run.
        region: (row, column) pointed at, for a model that works on a region of interest.
        calibrate: whether open readers' masks are calibrated, by a model that takes them.
    """

    card: ModelCard | None = None
    samples: int = 1
    steps: int = 1
    seed: int = 0
    device: Device = Device.AUTO
    region: tuple[float, float] | None = None
    calibrate: bool = True

    @property
    def needs_region(self) -> bool:
        """Whether the user has still to point at what to outline."""
        return self.card is not None and self.card.intake.needs_region and self.region is None

    @property
    def options(self) -> Options:
        """The same in the pipeline's words; the refined outline is always made, since the view decides on it."""
        region = self.region if self.card is not None and self.card.intake.needs_region else None
        return Options(self.samples, self.steps, self.seed, self.device, region, refine=True)

    def can_calibrate(self, case: Case | None) -> bool:
        """Whether the model takes readers' masks and the case has enough of them."""
        readers = 0 if case is None or case.references is None else case.references.count
        return self.card is not None and self.card.takes_readers and readers >= FEWEST_READERS

    def options_for(self, case: Case) -> Options:
        """Return the options of a run on a case."""
        return replace(self.options, calibrate=self.calibrate and self.can_calibrate(case))

    def with_model(self, card: ModelCard) -> "Choice":
        """Return the choice with another model and that model's own samples and steps."""
        return replace(self, card=card, samples=card.samples, steps=card.steps)


def fitted(choice: Choice, cards: Sequence[ModelCard], case: Case) -> Choice:
    """Return the choice to begin a case with: the present model, unless another one fits the case and it does not."""
    choice = replace(choice, region=None)
    if choice.card is None or choice.card.modality is case.modality:
        return choice
    fitting = next((card for card in cards if card.modality is case.modality), None)
    return choice if fitting is None else choice.with_model(fitting)


def counterpart(card: ModelCard | None, cards: Sequence[ModelCard], case: Case | None) -> ModelCard:
    """Return which of a system's models to take over from another system's.

    That for the same task; if there is none, one for what is open; and last the first.

    Args:
        card: of the present model.
        cards: of the system's models, at least one.
        case: that is open.
    """
    same = (other for other in cards if card is not None and other.task == card.task)
    fitting = (other for other in cards if case is not None and other.modality is case.modality)
    return next(chain(same, fitting, cards))


def missing(choice: Choice, case: Case | None) -> str:
    """Say what a run still lacks; empty where it lacks nothing."""
    if case is None:
        return tr("Open an image first.")
    if choice.card is None:
        return tr("No model is installed.")
    if choice.needs_region:
        return tr("Click on the structure in the image first, or drag a box around it with Shift held.")
    return ""


def majority(readers: int) -> frozenset[int]:
    """Return the level that at least half of the readers reach."""
    return frozenset({majority_of(readers)})


class Tone(Enum):
    """How a message is meant."""

    DONE = "done"
    NOTICE = "notice"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for the message bar.

    Attributes:
        text: the sentence.
        tone: how it is meant.
        offer: the caption of a button, if the user can do something about it.
        accept: what that button does.
        stays: whether no other message may take its place.
    """

    text: str
    tone: Tone
    offer: str = ""
    accept: Callable[[], None] | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present run is.

    Attributes:
        share: done, in [0, 1].
        text: the diffusion step and the time left, fit to show.
    """

    share: float
    text: str


def first_view(case: Case, before: View) -> View:
    """Return the view to begin a case with: its middle slice, its own window, and the user's other habits."""
    return replace(
        before,
        slice_index=case.slices // 2,
        window=case.window,
        inverted=False,
        hidden=False,
        step=None,
        references=False,
        measurements=(),
    )


def masks_offer(count: int, accept: Callable[[], None]) -> Message:
    """Offer the readers' masks that lie beside an image, rather than showing them unasked."""
    text = (
        tr("A reader's mask lies beside this image.")
        if count == 1
        else tr("{n} readers' masks lie beside this image.").format(n=count)
    )
    return Message(text, Tone.NOTICE, tr("Open"), accept)
