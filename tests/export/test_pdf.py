"""The report: one page, all the words, and no name or date."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.errors import OutputError
from app.domain.measure import Kind, Measurement
from app.domain.result import Step
from app.domain.view import View
from app.export.outcome import Outcome, outcome_of
from app.export.page import page_of
from app.export.pdf import write_pdf
from app.places import resources_folder
from app.postprocess.dermatology import measured_lesion
from app.segmenters.cards import installed_cards
from tests.export.studies import ct, photograph, result_of
from tests.render.scenes import calibration


def text_of(outcome: Outcome, view: View, path: Path) -> str:
    write_pdf(outcome, view, path)
    reader = PdfReader(path)
    assert len(reader.pages) == 1
    return re.sub(r"\s+", " ", reader.pages[0].extract_text())


@pytest.mark.parametrize("name", ["brain-growth", "dermoscopy", "kidney"])
def test_a_page_holds_the_limits_of_each_installed_model(name: str, tmp_path: Path) -> None:
    (card,) = [card for card in installed_cards(resources_folder() / "models") if card.name == name]
    case = photograph()
    said = text_of(outcome_of(case, result_of(case), card=card), View(), tmp_path / "a.pdf")
    assert str(card.facts["limits"]) in said
    assert str(card.facts["data"]) in said
    assert "Not for diagnostic use" in said


def test_the_numbers_and_the_origin_are_printed(tmp_path: Path) -> None:
    case = ct(synthetic=True, simulated=True)
    view = View(window=case.window, levels=frozenset({1, 3}), soft=True, references=True)
    said = text_of(outcome_of(case, result_of(case, 3)), view, tmp_path / "a.pdf")
    for words in (
        "CT image",
        "SYNTHETIC",
        "slice 4 of 5",
        "GED D² = 0.132",
        "Generalised energy distance",
        "phantom-3",
        "3fa9c2d17be0",
        "Seed 42",
        "Drawn by reader 1 (simulated)",
        "The outlines are many small pieces.",
        "Concord 0.1.0",
    ):
        assert words in said


def test_what_the_reader_measured_is_printed(tmp_path: Path) -> None:
    """30 columns of 0.5 mm."""
    case = ct()
    line = Measurement(Kind.DISTANCE, 0, ((20.0, 10.0), (20.0, 40.0)))
    view = View(window=case.window, measurements=(line,))
    said = text_of(outcome_of(case, result_of(case)), view, tmp_path / "a.pdf")
    assert "MEASURED BY THE READER Distance: 15.0 mm" in said


def test_a_lesions_numbers_are_printed_for_the_result_and_not_for_a_step(tmp_path: Path) -> None:
    case = photograph()
    result = result_of(case)
    read = measured_lesion(case.pixels[0], result.findings, result.samples, result.grid)
    assert read is not None
    outcome = outcome_of(case, replace(result, lesion=read), {1: Step(1, 4, result.samples, 0.5, result.grid)})
    said = text_of(outcome, View(), tmp_path / "a.pdf")
    for words in ("LESION", "Equivalent diameter", "Asymmetry, long axis", "Border irregularity", "Colour variegation"):
        assert words in said
    assert f"{read.value.border_irregularity:.2f} ± " in said
    assert "LESION" not in text_of(outcome, View(step=1), tmp_path / "b.pdf")


def test_calibrated_readers_are_printed_as_they_were_at_the_shown_step(tmp_path: Path) -> None:
    case = ct()
    result = result_of(case)
    page = page_of(outcome_of(case, result), View())
    found = calibration(page.scene)
    early = replace(found, expertness=(0.5, 0.25))
    step = Step(1, 4, result.samples, 0.5, result.grid, calibration=early)
    outcome = outcome_of(case, replace(result, calibration=found), {1: step})
    said = text_of(outcome, View(window=case.window, references=True, calibrated=True), tmp_path / "a.pdf")
    for words in (
        "EXPERTNESS OF THE READERS",
        "reader 1 1.00",
        "reader 2 0.00",
        "Fused mask of the readers",
        "Calibrated: reader 1",
    ):
        assert words in said
    assert "reader 2 0.25" in text_of(outcome, View(window=case.window, step=1), tmp_path / "b.pdf")


def test_an_intermediate_step_is_marked(tmp_path: Path) -> None:
    case = photograph()
    result = result_of(case)
    step = Step(1, 4, result.samples, 0.5, result.grid)
    said = text_of(outcome_of(case, result, {1: step}), View(step=1), tmp_path / "a.pdf")
    assert "INTERMEDIATE step 2 of 4 - not a result" in said


def test_a_hidden_model_leaves_no_word(tmp_path: Path) -> None:
    case = photograph()
    said = text_of(outcome_of(case, result_of(case)), View(hidden=True, band=True), tmp_path / "a.pdf")
    assert "phantom-3" not in said
    assert "AREAS" not in said


def test_the_file_is_the_same_every_time_and_holds_no_name_or_date(tmp_path: Path) -> None:
    case = replace(ct(), name="DOE^JOHN 19700101")
    for name in "ab":
        write_pdf(outcome_of(case, result_of(case)), View(window=case.window), tmp_path / name)
    content = (tmp_path / "a").read_bytes()
    assert content == (tmp_path / "b").read_bytes()
    information = PdfReader(tmp_path / "a").metadata
    assert information is not None
    assert information.creation_date is None or information.creation_date.year == 2000
    assert "DOE" not in PdfReader(tmp_path / "a").pages[0].extract_text()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("mine")
    case = photograph()
    with pytest.raises(OutputError, match=r"a\.pdf"):
        write_pdf(outcome_of(case, result_of(case)), View(), tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_text() == "mine"


def test_much_text_still_makes_one_page(tmp_path: Path) -> None:
    case = replace(
        photograph(40, 400), notices=tuple(f"Notice {number}: " + "much to say " * 20 for number in range(8))
    )
    said = text_of(
        outcome_of(case, result_of(case, levels=9)), View(levels=frozenset(range(1, 10))), tmp_path / "a.pdf"
    )
    assert "Notice 7" in said


def test_notes_that_are_handed_on_are_printed_line_by_line(tmp_path: Path) -> None:
    case = photograph()
    notes = "Margin < 2 mm & irregular\n\nSee again in May " + "and later " * 300
    write_pdf(outcome_of(case, result_of(case)), View(), tmp_path / "a.pdf", notes=notes)
    (page,) = PdfReader(tmp_path / "a.pdf").pages
    said = page.extract_text()
    assert "NOTES OF THE USER" in said
    assert "Margin < 2 mm & irregular\n" in said
    assert re.sub(r"\s+", " ", said).count("and later") == 300
    assert "Not for diagnostic use" in said
