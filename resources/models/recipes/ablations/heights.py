"""What a mean of the steps, and heights spread over a level, bring: installed models read out in several ways.

python resources/models/recipes/ablations/heights.py DATA

Of the nodules 80 slices of the validation patients are scored, 16 samples each; of brains and kidneys what was held
out, 8 samples of each level.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.places import resources_folder
from app.segmenters.cards import card_from, find_card
from app.segmenters.store import segmenter_from
from app.training.data import load_examples
from app.training.evaluate import evaluate

CASES = 80
COLUMNS = ("soft Dice", "Dice", "GED", "HM-IoU", "ECE")


@dataclass(frozen=True, slots=True)
class ReadOut:
    """How a model is read: its steps, whether they are averaged, and how far apart samples are cut."""

    steps: int
    mean: bool
    spread: float


LAST, MEAN = ReadOut(5, mean=False, spread=0.0), ReadOut(5, mean=True, spread=0.0)
FEW = (LAST, MEAN, ReadOut(5, mean=True, spread=1.0))
MANY = (
    *(LAST, ReadOut(5, mean=False, spread=1.0), ReadOut(1, mean=False, spread=1.0), MEAN),
    *(ReadOut(5, mean=True, spread=spread) for spread in (1.0, 1.4, 2.0, 2.8, 4.0)),
)
ASKED = (
    ("lung-nodule", "lidc_slices", 4, MANY),
    ("brain-growth", "qubiq_brain_growth", 8, FEW),
    ("kidney", "qubiq_kidney", 8, FEW),
)


def main() -> None:
    """Print a line for each model and read-out."""
    torch.set_num_threads(1)
    sys.stdout.write(
        f"{'':<14}{'steps':<7}{'mean':<7}{'spread':<8}" + "".join(f"{name:<11}" for name in COLUMNS) + "\n"
    )
    for name, folder, samples, read_outs in ASKED:
        card = find_card(resources_folder() / "models", name)
        found = load_examples(Path(sys.argv[1]) / folder, card.intake, "val")
        examples = [found[int(place)] for place in np.linspace(0, len(found) - 1, min(CASES, len(found)))]
        for asked in read_outs:
            options = Options(samples, asked.steps, device=Device.CPU)
            cases = [case.scores for case in evaluate(segmenter_from(read_by(card, asked)), examples, options)]
            values = "".join(f"{np.mean([case[column] for case in cases]):<11.3f}" for column in COLUMNS)
            sys.stdout.write(f"{name:<14}{asked.steps:<7}{asked.mean!s:<7}{asked.spread:<8}{values}\n")
            sys.stdout.flush()


def read_by(card: ModelCard, asked: ReadOut) -> ModelCard:
    """Return a card whose model is read in another way."""
    configuration = {**card.facts["configuration"], "mean_of_steps": asked.mean, "height_spread": asked.spread}
    return card_from({**card.facts, "configuration": configuration}, card.weights)


if __name__ == "__main__":
    main()
