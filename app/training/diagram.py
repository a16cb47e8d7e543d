"""The reliability diagram of a model (Guo et al. 2017, figure 1) as a picture."""

from collections.abc import Sequence
from typing import IO

from matplotlib.figure import Figure

BLUE = "#0072b2"  # of Okabe and Ito's palette
GREY = "#777777"
SIDE_INCHES = 3.4


def draw_reliability(bins: Sequence[tuple[float, float, float]], title: str, file: IO[bytes]) -> None:
    """Draw predicted shares against the shares of readers that came true, as SVG.

    Args:
        bins: predicted share, share of readers, share of all pixels, as `evaluate.reliability` gives them.
        title: printed above.
        file: to write to.
    """
    figure = Figure(figsize=(SIDE_INCHES, SIDE_INCHES + 0.3), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="perfectly calibrated")
    axes.plot([row[0] for row in bins], [row[1] for row in bins], color=BLUE, marker="o", markersize=4, label="model")
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.set_xlabel("predicted share of readers")
    axes.set_ylabel("share of readers who marked the pixel")
    axes.set_title(title, fontsize=8)
    axes.legend(fontsize=7, frameon=False)
    figure.savefig(file, format="svg", metadata={"Date": None})
