"""Model cards on disk."""

from pathlib import Path
from typing import Any

import pytest

from app.domain.case import Modality, Window
from app.domain.errors import MissingModelError
from app.domain.model import Usual
from app.segmenters.cards import find_card, installed_cards, intake_from, read_card, verify_weights
from tests.segmenters.builders import install_toy


def test_a_card_says_what_its_file_says(tmp_path: Path) -> None:
    """The facts that the program uses are read; the rest is kept."""
    card = read_card(install_toy(tmp_path, licence="Apache-2.0"))
    assert (card.name, card.readers, card.modality) == ("toy", 3, Modality.MR)
    assert card.intake.side == 32
    assert card.facts["licence"] == "Apache-2.0"
    assert card.weights == tmp_path / "toy.safetensors"
    assert verify_weights(card)


def test_an_intake_may_fix_the_window_and_the_crop() -> None:
    """Level 40 and width 400 show -160 to 240."""
    intake = intake_from({"side": 64, "channels": 1, "window": {"level": 40, "width": 400}, "crop_mm": 50.0})
    assert intake.window == Window(40, 400)
    assert (intake.window.low, intake.window.high) == (-160, 240)
    assert intake.needs_region


def test_a_name_that_is_not_installed_lists_those_that_are(tmp_path: Path) -> None:
    """The sentence helps the user on."""
    install_toy(tmp_path)
    with pytest.raises(MissingModelError, match="no model named brain; installed: toy"):
        find_card(tmp_path, "brain")
    with pytest.raises(MissingModelError, match="installed: none"):
        find_card(tmp_path / "nowhere", "brain")
    assert installed_cards(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("content", ["{", "[]", '{"name": "x"}', "{}"])
def test_a_damaged_card_is_named(tmp_path: Path, content: str) -> None:
    """Not JSON, or not a card."""
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(MissingModelError, match=r"bad\.json is damaged"):
        installed_cards(tmp_path)


@pytest.mark.parametrize(
    "change", [{"configuration": [1]}, {"intake": [32, 1]}, {"most_steps": 9, "configuration": []}]
)
def test_a_list_in_a_card_where_a_table_is_due_is_damage(tmp_path: Path, change: dict[str, Any]) -> None:
    install_toy(tmp_path, **change)
    with pytest.raises(MissingModelError, match=r"The model card toy\.json is damaged"):
        installed_cards(tmp_path)


def test_weights_that_are_absent_or_changed_are_told_apart(tmp_path: Path) -> None:
    """The checksum of the card guards the weights."""
    card = read_card(install_toy(tmp_path))
    card.weights.write_bytes(card.weights.read_bytes()[:-1])
    with pytest.raises(MissingModelError, match="are damaged"):
        verify_weights(card)
    card.weights.unlink()
    with pytest.raises(MissingModelError, match=r"toy\.safetensors cannot be read"):
        verify_weights(card)


def test_a_card_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder in the card's place stands for any failure of the file system."""
    (tmp_path / "odd.json").mkdir()
    with pytest.raises(MissingModelError, match=r"odd\.json cannot be read"):
        read_card(tmp_path / "odd.json")


def test_how_diverse_samples_usually_are_is_read_where_it_was_measured(tmp_path: Path) -> None:
    deciles = [share / 10 for share in range(11)]
    card = read_card(install_toy(tmp_path, usual_diversity={"on": "toy, test", "cases": 40, "deciles": deciles}))
    assert card.usual == Usual(40, tuple(deciles))
    assert read_card(install_toy(tmp_path)).usual is None
    with pytest.raises(MissingModelError, match=r"toy.json is damaged"):
        read_card(install_toy(tmp_path, usual_diversity={"cases": 40, "deciles": [0.1]}))


def test_a_card_may_ask_to_stand_behind_others(tmp_path: Path) -> None:
    """Lists, and what is proposed for a picture, begin with the lowest place."""
    for name, place in (("a", 2), ("b", 1), ("c", 0)):
        install_toy(tmp_path, name=name, place=place).rename(tmp_path / f"{name}.json")
    assert [card.name for card in installed_cards(tmp_path)] == ["c", "b", "a"]
