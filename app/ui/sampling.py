"""What a model's samples and steps are called: drawn for each level, or at each noise step."""

from app.domain.model import ModelCard, Sampling
from app.domain.result import Provenance
from app.domain.words import tr
from app.ui import readout
from app.ui.frames import Run


def is_by_step(card: ModelCard | None) -> bool:
    """Return whether a model draws its samples at each noise step."""
    return card is not None and card.sampling is Sampling.STEP


def samples_name(card: ModelCard | None) -> str:
    """Return what stands over the number of samples."""
    return tr("Draws per noise step") if is_by_step(card) else tr("Samples per level")


def samples_hint(card: ModelCard | None) -> str:
    """Say what that number does."""
    if is_by_step(card):
        return tr("Draws of the noise at each noise step: more take longer and show finer differences.")
    return tr("Samples drawn for each consensus level: more take longer and show finer differences.")


def steps_name(card: ModelCard | None) -> str:
    """Return what stands over the number of steps."""
    return tr("Noise steps") if is_by_step(card) else tr("Steps")


def steps_hint(card: ModelCard | None) -> str:
    """Say what that number is."""
    if is_by_step(card):
        return tr("Noise steps, each of which gives outlines of its own.")
    return tr("Diffusion steps from noise to outline.")


def run_text(run: Run) -> str:
    """Say what was asked of a model and how much of it was drawn."""
    text = tr("{model}, {samples} samples per level, {steps} steps, seed {seed}")
    if is_by_step(run.card):
        text = tr("{model}, {samples} draws at each of {steps} noise steps, seed {seed}")
    options = run.options
    return text.format(model=run.card.name, samples=_drawn(run), steps=options.steps, seed=options.seed)


def made_text(run: Run, origin: Provenance) -> str:
    """Say how a result was made: "8 samples per level, 5 steps, 5.2 s"."""
    text = tr("{samples} samples per level, {steps} steps, {seconds} s")
    if is_by_step(run.card):
        text = tr("{samples} draws at each of {steps} noise steps, {seconds} s")
    return text.format(samples=_drawn(run), steps=run.options.steps, seconds=f"{origin.seconds:.1f}")


def _drawn(run: Run) -> str:
    """Return how many samples were drawn for each level or step; at noise steps it is always as many as were asked."""
    asked = run.options.samples
    drawn = asked if run.result is None or is_by_step(run.card) else run.result.provenance.samples
    return readout.samples_text(drawn, asked)
