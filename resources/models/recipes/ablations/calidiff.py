"""What each part of CaliDiff brings: the nodule model trained for a short while, whole and without each part in turn.

python resources/models/recipes/ablations/calidiff.py DATA WORK

Every variant starts from consensus diffusion's nodule model, so that what is compared is not how far the encoder came,
sees the same 300 batches of 8 training slices from the same seed and is scored on the same 40 slices of the validation
patients: from the image alone, and calibrating readers' masks.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from app.cli.progress import drained
from app.cli.train import show_progress, untrained
from app.domain.result import Device, Options
from app.segmenters.base import Calibrator
from app.segmenters.cards import card_from
from app.segmenters.store import trained
from app.training.calibration import (
    AMOUNTS_PX,
    CALIBRATED,
    DRAWN,
    MAJORITY,
    evaluate_calibration,
    summarise_calibration,
)
from app.training.data import Example, load_examples
from app.training.evaluate import evaluate
from app.training.loop import train
from app.training.pairs import training_examples
from app.training.recipe import Recipe, read_recipe

RECIPE = Path(__file__).parents[1] / "calidiff-lung.toml"
SHORT = "training.steps=300"
VARIANTS: Mapping[str, tuple[str, ...]] = {
    "whole": (),
    "without Cross-Expert Fusion": ("configuration.fusion=false",),
    "without Implicit Consensus Inference": ("configuration.implicit=false",),
    "without Expertness Consistent Alignment": ("configuration.alignment=0.0",),
    "without Endogenous Knowledge Learning": ("configuration.endogenous=0.0",),
    "with the adversarial supervision": ("configuration.adversarial=0.03",),
    "without Fusion and without Inference": ("configuration.fusion=false", "configuration.implicit=false"),
}
COLUMNS = (
    *("soft Dice", "GED", "left out", "majority vote", "fall", "of majority vote", "found"),
    *("mended", "of biased", "between", "as drawn"),
)
OPTIONS = Options(samples=4, steps=4, device=Device.CPU)
CASES = 40


def main() -> None:
    """Train and score every variant, a line each."""
    data, work = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    sys.stdout.write(f"{'':<42}" + "".join(f"{column:<18}" for column in COLUMNS) + "\n")
    whole = read_recipe(RECIPE)
    taught, found = training_examples(whole, data, "train"), load_examples(data / whole.data, whole.intake, "val")
    asked = [found[int(place)] for place in np.linspace(0, len(found) - 1, CASES)]
    for number, (name, changes) in enumerate(VARIANTS.items()):
        recipe = read_recipe(RECIPE, [SHORT, *changes])
        row = scores(recipe, taught, asked, work / f"ablation{number}.pt")
        sys.stdout.write(f"{name:<42}" + "".join(f"{row[column]:<18.3f}" for column in COLUMNS) + "\n")
        sys.stdout.flush()


def scores(recipe: Recipe, taught: Sequence[Example], asked: Sequence[Example], checkpoint: Path) -> dict[str, float]:
    """Train a variant and score it: soft Dice and GED of the image alone, the rest as `concord calibration` does."""
    model = untrained(recipe)
    running = train(model, taught, recipe, checkpoint, torch.device("cpu"))
    model.network.load_state_dict(drained(running, tqdm(total=recipe.steps), show_progress))
    segmenter = trained(card_from({**recipe.card, "sha256": ""}, Path()), model)
    if not isinstance(segmenter, Calibrator):
        raise TypeError("CaliDiff calibrates")
    alone = [case.scores for case in evaluate(segmenter, asked, OPTIONS)]
    row = {name: float(np.mean([case[name] for case in alone])) for name in ("soft Dice", "GED")}
    rows = summarise_calibration(list(evaluate_calibration(segmenter, asked, OPTIONS)))
    falls = [rows[f"fall, {bias.value}"] for bias in AMOUNTS_PX]
    return row | {
        "left out": rows["left out"][CALIBRATED],
        "majority vote": rows["left out"][MAJORITY],
        "fall": float(np.mean([fall[CALIBRATED] for fall in falls])),
        "of majority vote": float(np.mean([fall[MAJORITY] for fall in falls])),
        "found": float(np.mean([rows[f"found, {bias.value}"][CALIBRATED] for bias in AMOUNTS_PX])),
        "mended": float(np.mean([rows[f"mended, {bias.value}"][CALIBRATED] for bias in AMOUNTS_PX])),
        "of biased": float(np.mean([rows[f"mended, {bias.value}"][DRAWN] for bias in AMOUNTS_PX])),
        "between": rows["between readers"][CALIBRATED],
        "as drawn": rows["between readers"][DRAWN],
    }


if __name__ == "__main__":
    main()
