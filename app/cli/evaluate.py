"""`concord evaluate`: a model and a data set in, a table of scores out."""

import argparse

import torch

from app.cli.scoring import (
    add_model_and_data,
    is_own_test,
    loaded,
    plot_beside,
    scored,
    set_against,
    write_scores,
)
from app.domain.model import ModelCard
from app.domain.result import Device, Options
from app.export.files import save_atomically
from app.pipeline import check_options
from app.segmenters.cards import find_card
from app.segmenters.store import segmenter_from
from app.training.evaluate import DEFINITIONS, CaseScores
from app.training.parts import ALL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_model_and_data(parser)
    parser.add_argument("--steps", type=int, metavar="N", help="diffusion steps")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], metavar="N", help="of the noise, one run for each")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also name the N worst cases")
    parser.add_argument("--into-card", action="store_true", help="write scores and reliability plot into the card")


def run(chosen: argparse.Namespace) -> int:
    """Score a model once for each seed."""
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    card = find_card(chosen.models, chosen.model)
    how = _options(card, chosen)
    check_options(card, how)  # before the data are read
    examples = loaded(card, chosen.data, chosen.split)
    place = f"{chosen.data.resolve().name}, {chosen.split or 'all'}"
    result = scored(segmenter_from(card), examples, place, chosen.seeds, how)
    print(result.title)
    if chosen.split in (None, ALL):
        print("  of every part: also pictures that the model may have been trained on")
    print("\n".join(f"  {name:<27} {value:<16} {DEFINITIONS[name]}" for name, value in result.table().items()))
    against = set_against(card, result.runs[0])
    print(f"  set against {against}")
    for case in _worst(result.runs[0], chosen.worst):
        print(f"  worst: {case.name} Dice {case.scores['Dice']:.3f}")
    if chosen.into_card:
        bins = result.reliability()
        write_scores(card, result)
        if bins and is_own_test(card, place):
            from app.training.diagram import draw_reliability  # matplotlib comes with the extra `train`

            title = f"{card.title}\nagainst {against}".replace("; ", ";\n")
            save_atomically(plot_beside(card), lambda file: draw_reliability(bins, title, file), overwrite=True)
    return 0


def _options(card: ModelCard, chosen: argparse.Namespace) -> Options:
    """Take what was asked for, and else what the card says; a 0 that was asked for is kept, to be refused."""
    samples = card.samples if chosen.samples is None else chosen.samples
    steps = card.steps if chosen.steps is None else chosen.steps
    return Options(samples, steps, device=Device(chosen.device))


def _worst(results: tuple[CaseScores, ...], count: int) -> list[CaseScores]:
    return sorted(results, key=lambda result: result.scores["Dice"])[:count]
