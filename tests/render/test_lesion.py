"""A lesion's numbers as a reader sees them."""

from dataclasses import replace

from app.domain.geometry import Geometry
from app.domain.lesion import DEFINITIONS, Measured, Readout
from app.render.lesion import lesion_rows, lesion_title

MEASURED = Measured(
    Readout(12000.0, 123.6, 150.0, 0.12, 0.089, 1.29, 9.41), Readout(1600.0, 8.2, 10.0, 0.019, 0.0167, 0.03, 3.02)
)


def test_without_a_scale_lengths_are_in_pixels() -> None:
    rows = {row.name: row.text for row in lesion_rows(MEASURED, Geometry())}
    assert rows == {
        "Area": "12,000 ± 1,600 px",
        "Equivalent diameter": "124 ± 8 px",
        "Largest diameter": "150 ± 10 px",
        "Asymmetry, long axis": "12.0 ± 1.9 %",
        "Asymmetry, short axis": "8.90 ± 1.67 %",
        "Border irregularity": "1.29 ± 0.03",
        "Colour variegation": "9.41 ± 3.02",
    }


def test_with_a_scale_lengths_are_in_millimetres() -> None:
    """0.1 mm a pixel: 12,000 pixels are 120 mm², 150 pixels 15 mm."""
    known = Geometry(spacing_mm=(1.0, 0.1, 0.1), in_plane_known=True)
    rows = {row.name: row.text for row in lesion_rows(MEASURED, known)}
    assert rows["Area"] == "120 ± 16 mm²"
    assert rows["Largest diameter"] == "15.0 ± 1.0 mm"
    assert rows["Border irregularity"] == "1.29 ± 0.03"


def test_each_number_is_defined() -> None:
    assert [row.hint for row in lesion_rows(MEASURED, Geometry())] == list(DEFINITIONS.values())


def test_the_title_says_which_outline_was_read() -> None:
    assert lesion_title(MEASURED) == "Lesion by its majority outline, ± SD over the samples"
    assert lesion_title(replace(MEASURED, refined=True)) == "Lesion by its refined outline, ± SD over the samples"
