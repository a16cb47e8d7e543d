"""Small real models for tests: the true code at a toy size, never a stand-in."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save
from torch import Tensor

from app.domain.arrays import BoolArray, FloatArray
from app.domain.grid import Grid
from app.segmenters.base import Trainable
from app.segmenters.cards import SCHEMA
from app.segmenters.consensus import SYSTEM
from app.segmenters.store import new_model

SIDE = 32
CONFIGURATION: dict[str, Any] = {
    "draws": 4,
    "network": {"channels": 1, "image_widths": [8, 16, 16, 16, 16], "mask_widths": [8, 16, 16], "embedding": 32},
}
GRID = Grid((SIDE, SIDE), (-0.5, -0.5), (1.0, 1.0), (SIDE, SIDE))


def card_facts(sha256: str, **changes: Any) -> dict[str, Any]:
    """Make the facts of a toy model's card."""
    return {
        "schema": SCHEMA,
        "name": "toy",
        "system": SYSTEM,
        "title": "Toy discs",
        "task": "bright disc",
        "modality": "MR",
        "readers": 3,
        "simulated_readers": True,
        "intake": {"side": SIDE, "channels": 1},
        "steps": 3,
        "samples": 4,
        "configuration": CONFIGURATION,
        "sha256": sha256,
    } | changes


def install_toy(
    folder: Path, model: Trainable | None = None, extra: Mapping[str, Tensor] | None = None, **changes: Any
) -> Path:
    """Write a toy model, with random weights unless one is given, and its card; return the card's path."""
    model = model or new_model(SYSTEM, CONFIGURATION, seed=1)
    content = save({**model.network.state_dict(), **(extra or {})})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy.safetensors").write_bytes(content)
    path = folder / "toy.json"
    path.write_text(json.dumps(card_facts(hashlib.sha256(content).hexdigest(), **changes)))
    return path


def discs(count: int, seed: int) -> tuple[FloatArray, BoolArray]:
    """Draw bright discs with a soft edge as three readers outline them: wide, middling and tight.

    Returns:
        images (count, 1, side, side) in [0, 1] and readers (count, 3, side, side).
    """
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    images, readers = [], []
    for _ in range(count):
        centre, radius = rng.uniform(11, 21, 2), rng.uniform(5, 9)
        depth = radius - np.hypot(rows - centre[0], columns - centre[1])
        image = 1 / (1 + np.exp(-depth)) * 0.6 + 0.2 + rng.normal(0, 0.05, depth.shape)
        images.append(np.clip(image, 0, 1)[None])
        readers.append(np.stack([depth > offset for offset in (-2.0, 0.0, 2.0)]))
    return np.stack(images).astype(np.float32), np.stack(readers)
