"""Dice of Otsu's threshold, the plainest rival: `python resources/models/recipes/rivals/otsu.py DATA/dermoscopy test`.

The darker side of the threshold (Otsu 1979) of the smoothed grey picture is taken for the lesion.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2gray
from skimage.filters import threshold_otsu

from app.domain.model import Intake
from app.metrics.overlap import dice
from app.training.data import load_examples

SMOOTHING_PX = 2.0
SIDE = 320  # the data set's own longer side


def main() -> None:
    """Print the mean Dice over a part of a data set."""
    folder, split = Path(sys.argv[1]), sys.argv[2]
    scores = []
    for example in load_examples(folder, Intake(side=SIDE, channels=3), split):
        shown = example.grid.on_slice()
        grey = gaussian_filter(rgb2gray(example.image, channel_axis=0), SMOOTHING_PX)
        scores.append(dice((grey < threshold_otsu(grey[shown])) & shown, example.readers[0]))
    sys.stdout.write(f"Otsu on {folder.resolve().name}, {split}: {len(scores)} cases, Dice {np.mean(scores):.3f}\n")


if __name__ == "__main__":
    main()
