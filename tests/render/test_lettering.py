"""Text in pictures: measured, broken, shortened, and never a box for a missing letter."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.render.lettering import plain, shortened, text_width, wrapped, write


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("Müller_läsion.png", "Muller_lasion.png"),
        ("größe 3 \N{MULTIPLICATION SIGN} 4 \N{EN DASH} ≥ 5", "grosse 3 x 4 - >= 5"),
        ("medulla\tβ", "medulla ?"),
        ("12 mm² ±3 °C…", "12 mm² ±3 °C…"),
        ("腎臓.nii", "??.nii"),
    ],
)
def test_letters_that_cannot_be_drawn_become_their_nearest(given: str, drawn: str) -> None:
    assert plain(given) == drawn


def test_a_paragraph_fits_its_width_and_loses_no_word() -> None:
    text = "All 175 samples agree on 55 % of the outlined area and differ by about 2.2 mm along its border."
    lines = wrapped(text, 15, 200)
    assert all(text_width(line, 15) <= 200 for line in lines)
    assert " ".join(lines) == text


def test_a_word_wider_than_the_column_is_broken() -> None:
    lines = wrapped("a " + "x" * 100 + " b", 15, 200)
    assert all(text_width(line, 15) <= 200 for line in lines)
    assert "".join(lines).replace(" ", "") == "a" + "x" * 100 + "b"


def test_a_number_keeps_its_unit() -> None:
    assert wrapped("about 6.2 mm", 15, text_width("about 6.2", 15)) == ["about", "6.2 mm"]


def test_nothing_is_no_line() -> None:
    assert wrapped("", 15, 200) == []


def test_a_long_name_keeps_both_ends() -> None:
    short = shortened("brain_growth_follow_up_visit_three_final.nii.gz", 15, 200)
    assert text_width(short, 15) <= 200
    assert short.startswith("brain")
    assert short.endswith(".nii.gz")
    assert shortened("short.png", 15, 200) == "short.png"


def test_a_hopeless_width_still_ends() -> None:
    assert shortened("abcdef", 15, 1) == "a…f"


def ink(text: str) -> np.ndarray:
    picture = Image.new("RGB", (400, 60), "white")
    write(ImageDraw.Draw(picture), (10, 40), text, 30, (0, 0, 0))
    return np.asarray(picture)[..., 0] < 128


def test_text_stands_on_its_baseline_and_ends_where_measured() -> None:
    drawn = ink("MM mm")
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert rows.max() == pytest.approx(39, abs=1)
    assert columns.max() == pytest.approx(10 + text_width("MM mm", 30), abs=4)


def test_a_raised_two_is_small_and_high() -> None:
    plain_ink, raised = ink("mm"), ink("mm²")
    only = raised & ~plain_ink
    rows = np.flatnonzero(only.any(axis=1))
    assert rows.max() < 32
    assert rows.size < 20
