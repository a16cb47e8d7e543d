"""Data sets on disk for tests."""

import csv
from pathlib import Path

import numpy as np

from app.domain.arrays import BoolArray, FloatArray


def write_arrays(folder: Path, images: FloatArray, readers: BoolArray) -> None:
    """Write (count, 1, side, side) images and (count, readers, side, side) masks as a table of arrays."""
    folder.mkdir(parents=True)
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("case", "modality", "split", "group", "file"))
        for n, (image, masks) in enumerate(zip(images, readers, strict=True)):
            writer.writerow((f"c{n}", "MRI", "train", f"g{n}", f"{n}.npz"))
            np.savez(folder / f"{n}.npz", image=(image[0] * 255).astype(np.uint8), masks=masks.astype(np.uint8))
