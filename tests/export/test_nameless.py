"""No file's name, which may be a patient's, stands in what is handed on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from pypdf import PdfReader

from app.domain.case import Case
from app.domain.reading import Open, Opened
from app.domain.result import Calibration
from app.domain.view import View
from app.domain.words import tr
from app.export import facts
from app.export.numbers import numbers
from app.export.outcome import Outcome, outcome_of
from app.export.page import page_of
from app.export.pdf import write_pdf
from app.export.table import rows
from app.imaging.prepare import masks_to_grid
from app.imaging.read import read_case
from app.imaging.references import read_references, with_references
from app.imaging.stream import serve
from app.postprocess.readers import counted_readers
from tests.export.dicom.series import exported, outcome_at, write_series
from tests.export.studies import ct, result_of

NAME = "Mueller_Hans_19610203"


def picture(path: Path, shape: tuple[int, ...] = (60, 80, 3)) -> Path:
    pixels = np.random.default_rng(2).integers(120, 220, shape).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def said(outcome: Outcome, folder: Path) -> str:
    """Return all words of the page, the report, the numbers and the table."""
    page = page_of(outcome, View(references=True, expertness=0))
    lines = [*facts.cautions(page), *facts.area_notes(page), *(entry.text for entry in facts.legend_entries(page))]
    lines += [cell for row in facts.readers(page) for cell in row]
    write_pdf(outcome, page.view, folder / "report.pdf")
    lines += [sheet.extract_text() for sheet in PdfReader(folder / "report.pdf").pages]
    return "\n".join([*lines, json.dumps(numbers(outcome)), *map(str, rows(outcome))])


def of(case: Case) -> Outcome:
    return outcome_of(case, result_of(case))


def test_readers_are_numbered_where_their_files_would_name_them(tmp_path: Path) -> None:
    """In the legend, and in the table of calibrated readers; the window still says whose file it is."""
    image = picture(tmp_path / "a.png")
    masks = [picture(tmp_path / f"{NAME}_{reader}_mask.png", (60, 80)) for reader in ("left", "right")]
    case = with_references(read_case(image), masks)
    assert case.references is not None
    assert case.references.names == (f"{NAME}_left_mask", f"{NAME}_right_mask")
    result = result_of(case)
    whole = np.ones((2, *result.grid.shape), np.float32) * result.grid.on_slice()
    drawn = case.references.masks[:, 0]
    calibration = Calibration(
        *(whole, whole[0], 0.5, (0.25, 0.75), whole.astype(np.float16)),
        *((0.2, 0.1), (0.4, 0.3), masks_to_grid(drawn, result.grid)),
    )
    result = replace(result, calibration=counted_readers(calibration, drawn, result.grid))
    page = page_of(outcome_of(case, result), View(references=True, expertness=0))
    assert facts.readers(page) == [["reader 1", "0.25"], ["reader 2", "0.75"]]
    texts = {entry.text for entry in facts.legend_entries(page)}
    assert {"Drawn by reader 1", "Drawn by reader 2", "Expertness of reader 1, 0 to 1"} <= texts
    assert "Mueller" not in said(page.outcome, tmp_path)


def test_readers_keep_the_names_that_the_program_gave_them() -> None:
    """Readers 2 and 5 of a data set are called so in the window and on paper; a copy does not say whose it was."""
    case = ct()
    assert case.references is not None
    names = (tr("reader {n}").format(n=2), tr("copy of {name}").format(name=NAME))
    named = replace(case, references=replace(case.references, names=names))
    assert facts.reader_names(named) == ("reader 2", "copy of [file]")


def test_a_notice_about_other_files_does_not_name_the_open_one(tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{NAME}{number}.png") for number in range(3)]
    (opened,) = [news for news in serve(Open(tmp_path, files=tuple(paths))) if isinstance(news, Opened)]
    assert opened.case.notices == (f"One study is opened at a time: {NAME}0.png is open, 2 other files are not.",)
    outcome = of(replace(opened.case, pixels=read_case(paths[0]).pixels))
    told = said(outcome, tmp_path)
    assert "One study is opened at a time: [file] is open, 2 other files are not." in told
    assert "Mueller" not in told


def test_a_notice_about_masks_that_do_not_fit_names_neither_them_nor_the_image(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    picture(folder / f"{NAME}.png")
    picture(folder / f"{NAME}_seg1.png", (20, 30))
    case = read_case(folder)
    assert any(f"The mask {NAME}_seg1.png has 1 slice of 20 x 30 pixels" in notice for notice in case.notices)
    told = said(of(case), tmp_path)
    assert "The mask [file] has 1 slice of 20 x 30 pixels, but the image [file] has 1 slice of 60 x 80" in told
    assert "Mueller" not in told


def test_a_notice_about_a_segmentation_does_not_name_it(tmp_path: Path) -> None:
    source = write_series(tmp_path / "series")
    found = exported(outcome_at(source), source, tmp_path / "out")["seg-majority.dcm"]
    mask = found.rename(tmp_path / f"{NAME}.dcm")
    case = with_references(read_case(source), [mask])
    assert read_references([mask], case).notices[0] == f"{NAME}.dcm was drawn by a program and not by a reader."
    told = said(of(case), tmp_path)
    assert "[file] was drawn by a program and not by a reader." in told
    assert "Mueller" not in told
