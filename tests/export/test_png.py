"""The annotated picture: what is in it, beside it and kept within the file."""

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.domain.case import Case, Modality
from app.domain.errors import OutputError
from app.domain.geometry import Geometry
from app.domain.result import Step
from app.domain.stack import Stack
from app.domain.view import LevelStyle, View
from app.export import facts
from app.export.blocks import blocks
from app.export.layout import Look, Size
from app.export.outcome import outcome_of
from app.export.page import Page, page_of
from app.export.plate import bar_length_mm, output_shape
from app.export.png import chunks, drawn, export_png, sheet_title
from app.export.rows import AMBER, RED, Column
from app.places import resources_folder
from app.segmenters.cards import find_card
from tests.export.studies import HASH, ct, photograph, result_of


def page(case: Case, view: View, *, simulated: bool = False) -> Page:
    result = result_of(case)
    return page_of(
        outcome_of(case, replace(result, provenance=replace(result.provenance, simulated_readers=simulated))), view
    )


def exported(case: Case, view: View, folder: Path) -> np.ndarray:
    export_png(outcome_of(case, result_of(case)), view, folder / "a.png")
    return np.asarray(Image.open(folder / "a.png"))


def has(picture: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((picture == colour).all(axis=-1).any())


def test_the_text_chunks_hold_the_run(tmp_path: Path) -> None:
    case = ct()
    view = View(window=case.window, levels=frozenset({1, 3}))
    export_png(outcome_of(case, result_of(case)), view, tmp_path / "a.png")
    text = Image.open(tmp_path / "a.png").text  # type: ignore[attr-defined]
    assert text == {
        "Software": "Concord 0.1.0",
        "Title": "consensus of 3 readers",
        "Description": text["Description"],
        "ModelName": "phantom-3",
        "ModelSHA256": HASH,
        "Seed": "42",
        "Samples": "8",
        "Steps": "4",
        "StepShown": "4",
        "ConsensusLevel": "1, 3 of 3",
        "GED": "0.1320",
        "Window": "400",
        "Level": "40",
        "PixelSpacing": "0.5 0.5",
        "Disclaimer": "Not for diagnostic use",
    }
    assert text["Description"].startswith("At least 90 % of the 24 samples agree on ")


def test_without_readers_or_scale_the_chunks_say_so() -> None:
    text = chunks(page(photograph(), View()))
    assert "GED" not in text
    assert float(text["Diversity"]) > 0
    assert text["PixelSpacing"] == "unknown"
    assert (text["Window"], text["Level"], text["ConsensusLevel"]) == ("none", "none", "none of 3")


def besides_pixels(path: Path) -> bytes:
    """Return the content of every chunk of a PNG file but those of its pixels."""
    content, kept, place = path.read_bytes(), b"", 8
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        kept += b"" if kind == b"IDAT" else content[place : place + length + 12]
        place += length + 12
    return kept


def test_the_file_names_neither_the_case_nor_a_place(tmp_path: Path) -> None:
    case = replace(ct(), name="DOE^JOHN 19700101")
    export_png(outcome_of(case, result_of(case)), View(window=case.window), tmp_path / "a.png")
    content = besides_pixels(tmp_path / "a.png")
    assert b"phantom-3" in content
    assert b"DOE" not in content
    assert b"1970" not in content
    assert str(tmp_path).encode() not in content


def test_the_foot_says_not_for_diagnostic_use_in_every_export(tmp_path: Path) -> None:
    picture = exported(photograph(), View(), tmp_path)
    assert picture[-2, :, :].tolist() == [list(RED)] * picture.shape[1]
    assert (picture[-40:] == 255).all(axis=-1).any()


@pytest.mark.parametrize(
    ("shape", "printed"),
    [
        ((128, 128), (1024, 1024)),
        ((320, 240), (960, 720)),
        ((600, 899), (1200, 1798)),
        ((1000, 700), (1000, 700)),
        ((4000, 6000), (2667, 4000)),
        ((1, 3000), (1, 3000)),
    ],
)
def test_small_pictures_are_enlarged_and_large_ones_bounded(shape: tuple[int, int], printed: tuple[int, int]) -> None:
    assert output_shape(shape, 1.0, Size()) == printed


@pytest.mark.parametrize("size", [Size(long_side=1), Size(0.001), Size(long_side=64)])
@pytest.mark.parametrize("shape", [(60, 80), (20, 1000), (1000, 20)])
def test_no_page_is_too_small_for_its_words(shape: tuple[int, int], size: Size) -> None:
    assert max(output_shape(shape, 1.0, size)) == 64
    assert drawn(page(photograph(*shape), View()), Look(size=size)).shape[1] > 400


def test_pixels_that_are_not_square_are_printed_at_their_true_aspect() -> None:
    assert output_shape((1000, 1000), 2.0, Size()) == (2000, 1000)
    assert output_shape((1000, 1000), 0.5, Size()) == (1000, 2000)


@pytest.mark.parametrize(("width", "length"), [(100, 20), (81, 20), (79, 10), (200, 50), (0.9, 0.2), (41, 10)])
def test_the_scale_bar_is_round_and_at_most_a_quarter(width: float, length: float) -> None:
    assert bar_length_mm(width) == pytest.approx(length)


def test_the_scale_bar_is_as_long_as_it_says(tmp_path: Path) -> None:
    """80 columns of 0.5 mm, printed 12 times enlarged: 10 mm are 240 pixels."""
    case = replace(ct(), pixels=Stack.of(np.zeros((5, 60, 80, 1), np.float32)))
    picture = exported(case, View(window=case.window, band=False), tmp_path)
    white = (picture == 255).all(axis=-1)
    runs = [np.diff(np.flatnonzero(np.diff(np.r_[0, row, 0]))).max(initial=0) for row in white[100:200, 20:980]]
    assert max(runs) == pytest.approx(240, abs=2)


def test_without_a_scale_there_is_no_bar(tmp_path: Path) -> None:
    case = replace(ct(), pixels=Stack.of(np.zeros((5, 60, 80, 1), np.float32)), geometry=Geometry())
    picture = exported(case, View(window=case.window, band=False), tmp_path)
    assert not (picture[100:200, 40:500] == 255).all(axis=-1).any()


def test_a_synthetic_case_bears_its_mark(tmp_path: Path) -> None:
    for synthetic in (True, False):
        case = ct(synthetic=synthetic)
        (tmp_path / str(synthetic)).mkdir()
        head = exported(case, View(window=case.window), tmp_path / str(synthetic))[:60]
        assert has(head, AMBER) is synthetic


def step(case: Case, index: int) -> Step:
    result = result_of(case)
    return Step(index, 4, result.samples, (index + 1) / 4, result.grid)


def test_an_intermediate_step_is_marked_in_picture_and_file(tmp_path: Path) -> None:
    case = ct()
    view = View(window=case.window, step=1)
    export_png(outcome_of(case, result_of(case), {1: step(case, 1)}), view, tmp_path / "a.png")
    picture = Image.open(tmp_path / "a.png")
    text = picture.text  # type: ignore[attr-defined]
    assert text["StepShown"] == "2 (intermediate)"
    assert text["Title"] == "INTERMEDIATE consensus of 3 readers"
    assert (np.asarray(picture) == AMBER).all(axis=-1).all(axis=1)[90:130].any()  # the banner, right across
    assert has(np.asarray(picture), (128, 128, 128))


def test_the_last_step_is_the_result(tmp_path: Path) -> None:
    case = ct()
    for name, view in {"last": View(window=case.window, step=3), "none": View(window=case.window)}.items():
        export_png(outcome_of(case, result_of(case)), view, tmp_path / name)
    assert (tmp_path / "last").read_bytes() == (tmp_path / "none").read_bytes()


def test_a_step_that_was_not_kept_is_the_programs_mistake() -> None:
    with pytest.raises(ValueError, match="step 0"):
        page(ct(), View(step=0))


def test_an_intermediate_step_without_readers_has_its_own_findings() -> None:
    case = photograph()
    shown = page_of(outcome_of(case, result_of(case), {2: step(case, 2)}), View(step=2))
    assert shown.scene.intermediate
    assert shown.scene.findings is not shown.result.findings
    assert shown.scene.findings.ged is None


def test_a_hidden_model_leaves_no_trace_on_the_picture(tmp_path: Path) -> None:
    case = replace(photograph(), pixels=Stack.of(np.full((1, 120, 160, 3), 90, np.uint8)))
    hidden = exported(case, View(hidden=True, soft=True, levels=frozenset({1, 2})), tmp_path)
    inner = hidden[130:700, 40:900]
    assert (inner == 90).all()
    assert len(blocks(page(case, View(hidden=True)))) == 1  # the size that is not calibrated


def test_a_file_that_is_there_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("mine")
    case = photograph()
    with pytest.raises(OutputError, match=r"a\.png"):
        export_png(outcome_of(case, result_of(case)), View(), tmp_path / "a.png")
    export_png(outcome_of(case, result_of(case)), View(), tmp_path / "a.png", overwrite=True)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


EVERYTHING = View(levels=frozenset({1, 2, 3}), soft=True, references=True, style=LevelStyle.FILL, refined=True)


@pytest.mark.parametrize("shape", [(64, 64), (40, 400), (400, 40), (700, 1400), (1300, 900)])
def test_every_shape_of_picture_makes_a_page_that_holds_all_of_it(shape: tuple[int, int], tmp_path: Path) -> None:
    case = photograph(*shape)
    picture = exported(case, View(hidden=True), tmp_path)
    ground = (picture == (205, 160, 140)).all(axis=-1)
    rows, columns = np.flatnonzero(ground.any(axis=1)), np.flatnonzero(ground.any(axis=0))
    assert [np.ptp(rows) + 1, np.ptp(columns) + 1] == list(output_shape(shape, 1.0, Size()))


def test_the_sheet_is_the_same_whatever_the_file_is_called(tmp_path: Path) -> None:
    """A file's name may be a patient's: it is printed nowhere."""
    for name in ("a", "DOE^JOHN"):
        (tmp_path / name).mkdir()
    first, second = (exported(replace(ct(), name=name), View(), tmp_path / name) for name in ("a", "DOE^JOHN"))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("modality", "title"),
    [(Modality.DERMOSCOPY, "Dermoscopy image"), (Modality.MR, "MR image"), (Modality.OTHER, "Image")],
)
def test_the_title_is_the_kind_of_picture(modality: Modality, title: str) -> None:
    assert sheet_title(replace(ct(), modality=modality)) == title


def test_long_notes_fit_the_page(tmp_path: Path) -> None:
    case = replace(ct(simulated=True), name="très_long_nom_" * 20 + "末.nii.gz", modality=Modality.MR, synthetic=True)
    narrow = replace(case, pixels=Stack.of(case.pixels.whole()[:, :, :10]), references=None)
    for study in (case, narrow):
        (tmp_path / str(study.shape)).mkdir()
        picture = exported(study, replace(EVERYTHING, window=study.window, inverted=True), tmp_path / str(study.shape))
        assert (picture[:90, -8:] == picture[0, 0]).all()  # the margin stays empty


def test_simulated_readers_are_called_so() -> None:
    """The same page with and without the mark differs only where readers are named."""
    column = Column(400, 1.0)
    view = View(references=True, band=False)
    plain, marked = (
        [np.vstack(block(column)) for block in blocks(page(ct(simulated=simulated), view, simulated=simulated))]
        for simulated in (False, True)
    )
    changed = [not np.array_equal(first, second) for first, second in zip(plain, marked, strict=True)]
    assert changed == [True, False, True, False, True]  # agreement (GED), notes, legend, areas, origin


def test_a_page_with_nothing_to_note_has_no_notes() -> None:
    case = replace(ct(), references=None)
    result = replace(result_of(case), warnings=())
    shown = page_of(outcome_of(case, result), View(window=case.window))
    assert len(blocks(shown)) == 4  # agreement, legend, areas, origin
    assert len(blocks(page(case, View(window=case.window)))) == 5


def test_a_page_says_what_the_samples_were_drawn_for() -> None:
    """DiffSeg draws its eight samples at four noise steps; without a card the usual way is said."""
    case, models = ct(), resources_folder() / "models"
    said = [
        facts.origin(page_of(outcome_of(case, result_of(case), card=model), View()))["Samples"]
        for model in (None, find_card(models, "kidney"), find_card(models, "diffseg"))
    ]
    assert said == ["8 for each level", "8 for each level", "8: 2 at each of 4 noise steps"]
