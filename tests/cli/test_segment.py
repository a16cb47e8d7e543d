"""`concord segment` as a newcomer types it: a real image in, files that other programs open out."""

import hashlib
import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from app.cli import main
from app.cli.segment import OUTPUTS
from app.export.dicom.inspect import BURNED
from app.export.order import OUTPUT_FILES, Output
from app.segmenters.calidiff.model import SYSTEM
from app.segmenters.store import new_model
from tests.export.dicom.series import write_series
from tests.segmenters.builders import CONFIGURATION, SIDE, discs, install_toy


@pytest.fixture(name="models")
def _models(tmp_path: Path) -> Path:
    install_toy(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture(name="image")
def _image(tmp_path: Path) -> Path:
    """A volume of two slices with an oblique geometry, and two readers' masks beside it."""
    images, masks = discs(2, seed=3)
    affine = np.eye(4)
    affine[:3] = [[-0.48, 0, 2.4, 5], [0, -0.8, 0, 7], [0.64, 0, 1.8, -2]]  # 0.8 x 0.8 x 3 mm, turned about one axis
    for name, stack in {"scan": images[:, 0], "scan_seg1": masks[:, 0], "scan_seg2": masks[:, 2]}.items():
        volume = np.asarray(stack, np.float32).transpose(2, 1, 0)
        nib.save(nib.Nifti1Image(volume, affine), tmp_path / f"{name}.nii.gz")
    return tmp_path / "scan.nii.gz"


def _segment(models: Path, image: Path, out: Path, *more: str) -> int:
    arguments = [str(image), "--model", "toy", "--models", str(models), "--out", str(out), "--device", "cpu", *more]
    return main(["segment", *arguments])


def test_all_outputs_are_written_in_the_images_own_grid(models: Path, image: Path, tmp_path: Path) -> None:
    """nibabel finds the image's affine, only the chosen slice filled, levels nested, soft their mean."""
    out = tmp_path / "new" / "out"
    readers = [str(tmp_path / "scan_seg1.nii.gz"), str(tmp_path / "scan_seg2.nii.gz")]
    assert _segment(models, image, out, "--slice", "2", "--samples", "3", "--seed", "5", "--reference", *readers) == 0
    assert {path.name for path in out.iterdir()} == set(OUTPUTS)
    source, soft, levels = (nib.load(path) for path in (image, out / "soft.nii.gz", out / "levels.nii.gz"))
    np.testing.assert_allclose(soft.affine, source.affine, atol=1e-4)
    assert soft.shape == source.shape == (SIDE, SIDE, 2)
    assert levels.shape[-1] == 3
    masks = np.asarray(levels.dataobj).reshape(SIDE, SIDE, 2, 3)
    assert not masks[:, :, 0].any()
    assert (np.diff(masks.astype(int), axis=-1) <= 0).all()
    np.testing.assert_allclose(soft.get_fdata(), masks.mean(axis=-1), atol=1e-6)
    assert np.asarray(nib.load(out / "samples.nii.gz").dataobj).size == SIDE * SIDE * 2 * 9


def test_masks_may_follow_one_option_or_each_their_own(models: Path, image: Path, tmp_path: Path) -> None:
    """`--reference a --reference b` takes both readers, as `--reference a b` does."""
    first, second = (str(tmp_path / f"scan_seg{reader}.nii.gz") for reader in (1, 2))
    common = ("--slice", "2", "--samples", "2")
    assert _segment(models, image, tmp_path / "one", *common, "--reference", first, second) == 0
    assert _segment(models, image, tmp_path / "two", *common, "--reference", first, "--reference", second) == 0
    one, two = (json.loads((tmp_path / name / "result.json").read_text()) for name in ("one", "two"))
    assert one["ged"] == two["ged"]


def test_the_numbers_are_those_of_the_masks(models: Path, image: Path, tmp_path: Path) -> None:
    """Areas in result.json are voxel counts of levels.nii.gz; GED is there because readers were given."""
    out = tmp_path / "out"
    assert _segment(models, image, out, "--slice", "1", "--reference", str(tmp_path / "scan_seg1.nii.gz")) == 0
    numbers = json.loads((out / "result.json").read_text())
    masks = np.asarray(nib.load(out / "levels.nii.gz").dataobj).reshape(SIDE, SIDE, 2, 3)
    assert [level["area_px"] for level in numbers["levels"]] == masks.sum(axis=(0, 1, 2)).tolist()
    assert numbers["ged"]["value"] is not None
    weights = (models / "toy.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() in json.dumps(numbers)


def test_readers_are_calibrated_by_a_model_that_takes_them(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each gets its expertness; another model refuses in one sentence."""
    readers = ["--reference", *(str(tmp_path / f"scan_seg{reader}.nii.gz") for reader in (1, 2)), "--calibrate"]
    assert _segment(models, image, tmp_path / "refused", *readers) == 2
    assert "toy cannot calibrate readers' masks" in capsys.readouterr().err
    configuration = {"network": CONFIGURATION["network"]}
    model = new_model(SYSTEM, configuration)
    install_toy(models, model=model, system=SYSTEM, configuration=configuration, takes_readers=True)
    assert _segment(models, image, tmp_path / "out", *readers) == 0
    calibration = json.loads((tmp_path / "out" / "result.json").read_text())["calibration"]
    assert len(calibration["expertness"]) == 2


def test_without_readers_there_is_no_ged(models: Path, image: Path, tmp_path: Path) -> None:
    assert _segment(models, image, tmp_path / "out") == 0
    assert json.loads((tmp_path / "out" / "result.json").read_text())["ged"]["value"] is None


def test_the_picture_says_what_it_is(models: Path, image: Path, tmp_path: Path) -> None:
    assert _segment(models, image, tmp_path / "out") == 0
    with Image.open(tmp_path / "out" / "annotated.png") as picture:
        assert picture.info["Disclaimer"] == "Not for diagnostic use"
        assert picture.info["Seed"] == "0"


def test_the_same_seed_gives_the_same_files(models: Path, image: Path, tmp_path: Path) -> None:
    for name in "ab":
        assert _segment(models, image, tmp_path / name) == 0
    first, second = (np.asarray(nib.load(tmp_path / name / "samples.nii.gz").dataobj) for name in "ab")
    np.testing.assert_array_equal(first, second)


def _broken(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.png"
    whole = folder / "whole.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(whole)
    content = {"empty": b"", "wrong": b"hello, I am a text\n" * 30, "truncated": whole.read_bytes()[:2000]}
    if kind in content:
        path.write_bytes(content[kind])
    return path


@pytest.mark.parametrize("kind", ["empty", "wrong", "truncated", "absent"])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    models: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one sentence on stderr, and nothing written."""
    assert _segment(models, _broken(tmp_path, kind), tmp_path / "out") == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert f"{kind}.png" in said[0]
    assert not list((tmp_path / "out").glob("*"))


def test_an_occupied_output_is_left_alone(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with results, or a file in the folder's place; --overwrite is asked for."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "result.json").write_text("mine")
    assert _segment(models, image, tmp_path / "out") == 2
    assert "already holds result.json" in capsys.readouterr().err
    assert (tmp_path / "out" / "result.json").read_text() == "mine"
    assert _segment(models, image, tmp_path / "out", "--overwrite") == 0
    assert _segment(models, image, image) == 2
    assert "it is a file, not a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--slice", "3"), "scan.nii.gz has 2 slices; there is no slice 3"),
        (("--roi", "4,5"), "takes no region of interest"),
        (("--reference", "nothing.nii.gz"), "nothing.nii.gz: there is no such file"),
        (("--steps", "2000"), "trained with 1000 diffusion steps"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    models: Path, image: Path, tmp_path: Path, more: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _segment(models, image, tmp_path / "out", *more) == 2
    assert words in capsys.readouterr().err


def test_a_missing_model_lists_the_others(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["segment", str(image), "--model", "liver", "--models", str(models), "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert "no model named liver; installed: toy" in capsys.readouterr().err


def test_numbers_that_are_none_are_refused_by_name(models: Path, image: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        _segment(models, image, tmp_path / "out", "--samples", "0")
    assert caught.value.code == 2


def test_many_images_go_to_numbered_folders_and_one_failure_stops_none(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, a sentence for the one that failed, and no folder is named after a file."""
    out = tmp_path / "out"
    arguments = ["segment", str(image), str(_broken(tmp_path, "empty")), str(image), "--model", "toy"]
    arguments += ["--models", str(models), "--out", str(out), "--device", "cpu", "--write", "json,csv"]
    assert main(arguments) == 1
    assert sorted(path.name for path in out.iterdir()) == ["case-001", "case-003"]
    assert {path.name for path in (out / "case-003").iterdir()} == {"result.json", "numbers.csv"}
    said = capsys.readouterr()
    assert "Cannot open empty.png" in said.err
    assert "2 of 3 done." in said.out


def test_nothing_done_is_told_by_the_exit_code(models: Path, tmp_path: Path) -> None:
    arguments = ["segment", str(_broken(tmp_path, "empty")), str(_broken(tmp_path, "wrong")), "--model", "toy"]
    assert main([*arguments, "--models", str(models), "--out", str(tmp_path / "out"), "--device", "cpu"]) == 2
    assert not list((tmp_path / "out").iterdir())


def test_masks_belong_to_one_image(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["segment", str(image), str(image), "--model", "toy", "--models", str(models)]
    assert main([*arguments, "--out", str(tmp_path / "out"), "--roi", "4,5"]) == 2
    assert "belong to one image" in capsys.readouterr().err


def test_everything_that_there_is_can_be_asked_for(models: Path, image: Path, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    more = ("--write", "all", "--pixels", "300", "--refine", "--audit-log", str(log))
    assert _segment(models, image, tmp_path / "out", *more) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {name for output in Output for name in OUTPUT_FILES[output]}
    with Image.open(tmp_path / "out" / "picture.png") as picture:
        assert max(picture.size) == 300
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events == ["run", "export"]
    assert "scan" not in log.read_text()


def test_an_unknown_kind_of_file_is_refused_with_the_known_ones(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _segment(models, image, tmp_path / "out", "--write", "sheet,jpeg")
    assert "'jpeg' is none of sheet, picture" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"),
    [*(("--scale", value) for value in ("0", "-1", "0.001", "nan", "inf")), ("--pixels", "1"), ("--pixels", "99999")],
)
def test_a_size_that_nothing_can_be_printed_at_is_refused_at_once(
    models: Path, image: Path, tmp_path: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit code 2, and no model is run before."""
    with pytest.raises(SystemExit) as caught:
        _segment(models, image, tmp_path / "out", f"{option}={value}")
    assert caught.value.code == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert f"argument {option}: {value} is not from " in said
    assert not (tmp_path / "out").exists()


def test_the_smallest_sizes_can_be_printed(models: Path, image: Path, tmp_path: Path) -> None:
    for name, option in {"a": ("--scale", "0.01"), "b": ("--pixels", "64")}.items():
        assert _segment(models, image, tmp_path / name, *option, "--write", "sheet,picture", "--samples", "2") == 0
        with Image.open(tmp_path / name / "picture.png") as picture:
            assert max(picture.size) == 64


@pytest.mark.usefixtures("image")
def test_a_folder_with_one_picture_is_segmented(models: Path, tmp_path: Path) -> None:
    """As `read_case` opens it; the masks beside it are its readers'."""
    folder = tmp_path / "study"
    folder.mkdir()
    for path in tmp_path.glob("scan*.nii.gz"):
        path.rename(folder / path.name)
    assert _segment(models, folder, tmp_path / "out", "--samples", "2", "--write", "json") == 0
    assert json.loads((tmp_path / "out" / "result.json").read_text())["references"]["count"] == 2


def test_what_is_told_of_burned_in_text_is_told_before_dicom_is_written(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And only then; a source that names nobody cannot be kept identified, and no model is run in vain."""
    source = write_series(tmp_path / "series", BurnedInAnnotation="YES")
    common = ("--samples", "2", "--write")
    assert _segment(models, source, tmp_path / "a", *common, "json,dicom") == 0
    assert f"note: {BURNED}" in capsys.readouterr().err
    assert dcmread(tmp_path / "a" / "image.dcm").BurnedInAnnotation == "YES"
    assert _segment(models, source, tmp_path / "b", *common, "json") == 0
    assert BURNED not in capsys.readouterr().err


def test_a_patient_that_is_not_there_cannot_be_kept(
    models: Path, image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _segment(models, image, tmp_path / "out", "--write", "dicom", "--identified") == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said == "concord: scan.nii.gz is not DICOM and names no patient to keep; leave out --identified."
    assert not list((tmp_path / "out").iterdir())
