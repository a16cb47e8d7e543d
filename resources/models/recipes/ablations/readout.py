"""What DiffSeg's learnt read-out brings: the same network read by the paper's, the grey difference of its pictures.

python resources/models/recipes/ablations/readout.py DATA

Each read-out is cut where the Dice on the validation images is greatest; one draw at each of the ten noise steps.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.places import resources_folder
from app.segmenters.cards import card_from, find_card
from app.segmenters.diffseg import Readout
from app.segmenters.store import segmenter_from
from app.training.data import load_examples
from app.training.evaluate import evaluate
from app.training.tune import NO_FIELD, fuse, try_cuts, tuned

OPTIONS = Options(samples=1, steps=10, device=Device.CPU)
SPLITS = ("val", "test", "external")
COLUMNS = ("Dice", "precision", "recall", "diversity")


def main() -> None:
    """Print a line for each read-out and split."""
    data = Path(sys.argv[1]) / "dermoscopy"
    torch.set_num_threads(1)
    card = find_card(resources_folder() / "models", "diffseg")
    examples = {split: load_examples(data, card.intake, split) for split in SPLITS}
    sys.stdout.write(f"{'read-out':<12}{'cut':<8}{'split':<10}" + "".join(f"{name:<12}" for name in COLUMNS) + "\n")
    for readout in Readout:
        asked = read_by(card, readout)
        cuts = try_cuts(list(fuse(segmenter_from(asked), examples["val"], OPTIONS)))
        asked = card_from(tuned(asked.facts, max(cuts, key=lambda cut: cuts[cut]), NO_FIELD), card.weights)
        threshold = asked.facts["configuration"]["cut"]["threshold"]
        for split in SPLITS:
            cases = [case.scores for case in evaluate(segmenter_from(asked), examples[split], OPTIONS)]
            values = "".join(f"{np.mean([case[name] for case in cases]):<12.3f}" for name in COLUMNS)
            sys.stdout.write(f"{readout.value:<12}{threshold:<8}{split:<10}{values}\n")
            sys.stdout.flush()


def read_by(card: ModelCard, readout: Readout) -> ModelCard:
    """Return a card whose model is read in another way."""
    configuration = {**card.facts["configuration"], "readout": readout.value}
    return card_from({**card.facts, "configuration": configuration}, card.weights)


if __name__ == "__main__":
    main()
