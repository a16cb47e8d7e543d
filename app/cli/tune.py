"""`concord tune`: a model's cut and CRF chosen on validation images and written into its card."""

import argparse

import torch
from tqdm import tqdm

from app.cli.scoring import add_model_and_data, loaded, write_facts
from app.domain.result import INSIDE, Device, Options
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from
from app.training.tune import best_field, fuse, try_cuts, try_fields, tuned


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_model_and_data(parser, "val")


def run(chosen: argparse.Namespace) -> int:
    """Try cuts, then CRFs at the best cut; keep the best in the card."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    card = find_card(chosen.models, chosen.model)
    examples = loaded(card, chosen.data, chosen.split)
    options = Options(chosen.samples or card.samples, card.steps, device=Device(chosen.device))
    fused = list(tqdm(fuse(segmenter_from(card), examples, options), total=len(examples), unit="case"))
    cuts = try_cuts(fused)
    print("\n".join(f"cut {cut:.2f}  Dice {value:.4f}" for cut, value in cuts.items()))
    cut = max(cuts, key=lambda value: cuts[value]) if "cut" in card.facts["configuration"] else INSIDE
    gains = try_fields(fused, cut)
    print("\n".join(f"{field}  gain {gain:+.4f}" for field, gain in gains.items()))
    best = best_field(gains)
    write_facts(card, tuned(card.facts, cut, best))
    print(f"Wrote the cut at {cut:.2f} and {best} to the card of {card.name}")
    return 0
