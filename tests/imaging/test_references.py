"""Readers' masks beside a case."""

import io
import zipfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.domain.errors import UnfitReferenceError, UnreadableFileError
from app.imaging.read import read_case
from app.imaging.references import ELSEWHERE, read_references, references_beside
from tests.imaging.writers import write_dicom, write_stack

MASK = np.zeros((4, 5), np.uint8)
MASK[1:3, 1:4] = 1
VOLUME = np.random.default_rng(0).integers(0, 2, (3, 4, 5)).astype(np.uint8)


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "mole.png")
    return tmp_path / "mole.png"


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    return _write_volume(tmp_path / "image.nii.gz", np.zeros((3, 4, 5), np.float32))


@pytest.mark.parametrize(("inside", "suffix"), [(255, "png"), (1, "png"), (255, "tif"), (255, "jpg")])
def test_each_file_is_a_reader_and_above_zero_is_inside(photograph: Path, inside: int, suffix: str) -> None:
    large = np.kron(MASK, np.ones((16, 16), np.uint8))  # a JPEG needs whole blocks to keep its edges
    Image.fromarray(np.repeat(large[..., None] * 200, 3, -1)).save(photograph)
    files = [photograph.with_name(f"mole_seg{number}.{suffix}") for number in (1, 2)]
    Image.fromarray(large * inside).save(files[0])
    Image.fromarray((1 - large) * inside).save(files[1])
    references = read_references(files, read_case(photograph))
    assert references.names == ("reader 1", "reader 2")
    assert not references.simulated
    np.testing.assert_array_equal(references.masks, np.stack([large == 1, large == 0])[:, None])


def test_colour_masks_are_inside_where_they_are_not_black(photograph: Path) -> None:
    red = np.zeros((4, 5, 3), np.uint8)
    red[..., 0] = MASK * 9
    Image.fromarray(red).save(photograph.with_name("red_seg.png"))
    references = read_references([photograph.with_name("red_seg.png")], read_case(photograph))
    np.testing.assert_array_equal(references.masks[0, 0], MASK == 1)
    assert references.names == ("red_seg",)


def test_the_fourth_axis_of_a_nifti_is_readers(volume: Path) -> None:
    several = np.stack([VOLUME, 1 - VOLUME, VOLUME * 3], -1)  # (slices, rows, columns, readers)
    nib.save(nib.Nifti1Image(several.transpose(2, 1, 0, 3), np.eye(4)), volume.with_name("all.nii.gz"))
    references = read_references([volume.with_name("all.nii.gz")], read_case(volume))
    assert references.names == ("reader 1", "reader 2", "reader 3")
    np.testing.assert_array_equal(references.masks, np.moveaxis(several > 0, -1, 0))


def test_beside_a_single_slice_a_stack_is_one_reader_a_page(photograph: Path) -> None:
    path = _write_volume(photograph.with_name("readers.nrrd"), VOLUME)
    np.testing.assert_array_equal(read_references([path], read_case(photograph)).masks[:, 0], VOLUME > 0)


def test_a_dicom_mask_is_read(tmp_path: Path) -> None:
    case = read_case(write_dicom(tmp_path / "a.dcm", np.full((4, 5), 7, np.uint16)))
    mask = write_dicom(tmp_path / "m.dcm", MASK, RescaleIntercept=0)
    np.testing.assert_array_equal(read_references([mask], case).masks[0, 0], MASK == 1)


def test_masks_with_turned_axes_are_brought_to_the_image_s_own(tmp_path: Path) -> None:
    """Converters write the rows of a DICOM series from the bottom up: the same place, another order."""
    series = write_stack(tmp_path / "series", [[0.0, 0.0, 2.0 * k] for k in range(3)], PixelSpacing=[0.5, 0.5])
    case = read_case(series)
    plain = sitk.GetImageFromArray(VOLUME)
    plain.SetSpacing((0.5, 0.5, 2.0))
    turned = sitk.Flip(sitk.PermuteAxes(plain, (2, 0, 1)), (True, False, True))
    sitk.WriteImage(turned, str(tmp_path / "turned.nii.gz"))
    references = read_references([tmp_path / "turned.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME > 0)
    assert references.notices == ()


@pytest.mark.parametrize("turns", [(False, True, False), (True, False, True), (False, False, False)])
def test_the_mask_of_one_slice_is_turned_like_the_mask_of_a_stack(tmp_path: Path, turns: tuple[bool, ...]) -> None:
    """A converter writes one slice with its last row first, too, and says so in its header."""
    place = [-12.0, 34.0, 56.0]
    case = read_case(write_dicom(tmp_path / "a.dcm", MASK.astype(np.uint16), ImagePositionPatient=place))
    plain = sitk.GetImageFromArray(VOLUME[:1])
    plain.SetSpacing((0.5, 0.7, 3.0))
    plain.SetOrigin(place)
    sitk.WriteImage(sitk.Flip(plain, turns), str(tmp_path / "m.nii.gz"))
    references = read_references([tmp_path / "m.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME[:1] > 0)
    assert references.notices == ()


def test_several_readers_of_one_slice_are_turned_together(tmp_path: Path) -> None:
    case = read_case(write_dicom(tmp_path / "a.dcm", MASK.astype(np.uint16)))
    plain = sitk.GetImageFromArray(VOLUME)
    plain.SetSpacing((0.5, 0.7, 1.0))
    sitk.WriteImage(sitk.Flip(plain, (False, True, False)), str(tmp_path / "m.nii.gz"))
    np.testing.assert_array_equal(read_references([tmp_path / "m.nii.gz"], case).masks[:, 0], VOLUME > 0)


@pytest.mark.parametrize("positions", [[0.0, 2.0, 6.0], [0.0, 2.0, 2.0]])
def test_rows_are_turned_where_distances_between_slices_are_not_known(tmp_path: Path, positions: list[float]) -> None:
    case = read_case(write_stack(tmp_path / "series", [[0.0, 0.0, z] for z in positions]))
    assert not case.geometry.slices_known
    plain = sitk.GetImageFromArray(VOLUME)
    plain.SetSpacing((0.5, 0.7, 2.0))
    sitk.WriteImage(sitk.Flip(plain, (False, True, False)), str(tmp_path / "m.nii.gz"))
    references = read_references([tmp_path / "m.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME > 0)
    assert references.notices == ()


def test_rows_are_turned_under_a_tilted_gantry(tmp_path: Path) -> None:
    """Slices 2 mm apart that move 1 mm towards the front each; the file's rows run from the back, 3 x 0.7 mm behind."""
    case = read_case(write_stack(tmp_path / "series", [[0.0, -float(k), 2.0 * k] for k in range(3)]))
    assert not case.geometry.slices_known
    affine = np.array([[-0.5, 0, 0, 0], [0, 0.7, 1.0, -2.1], [0, 0, 2.0, 0], [0, 0, 0, 1]])  # RAS millimetres
    nib.save(nib.Nifti1Image(VOLUME[:, ::-1].transpose(2, 1, 0), affine), tmp_path / "m.nii.gz")
    references = read_references([tmp_path / "m.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME > 0)
    assert references.notices == ()


@pytest.mark.parametrize("away", [(100.0, 0.0, 0.0), (0.0, 0.0, 100.0)])
@pytest.mark.parametrize("slices", [1, 3])
def test_a_mask_that_says_it_lies_elsewhere_is_taken_as_stored_and_that_is_told(
    tmp_path: Path, away: tuple[float, float, float], slices: int
) -> None:
    case = read_case(write_stack(tmp_path / "series", [[0.0, 0.0, 2.0 * k] for k in range(slices)]))
    mask = sitk.GetImageFromArray(VOLUME[:slices])
    mask.SetSpacing((0.5, 0.7, 2.0))
    mask.SetOrigin(away)
    sitk.WriteImage(mask, str(tmp_path / "m.nii.gz"))
    references = read_references([tmp_path / "m.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME[:slices] > 0)
    assert references.notices == (ELSEWHERE.format(name="m.nii.gz"),)


def test_of_what_a_file_does_not_say_nothing_is_told(tmp_path: Path) -> None:
    """An NRRD with spacings alone has no place that could contradict the image's."""
    case = read_case(write_stack(tmp_path / "series", [[5.0, 5.0, 2.0 * k] for k in range(3)]))
    head = "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 5 4 3\nspacings: 0.5 0.7 2\nencoding: raw\n\n"
    (tmp_path / "m.nrrd").write_bytes(head.encode() + VOLUME.tobytes())
    references = read_references([tmp_path / "m.nrrd"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME > 0)
    assert references.notices == ()


@pytest.mark.parametrize("origin", [(0.0, 0.0, 50.0), (0.0, 0.0, 0.0)])
def test_a_careless_header_turns_nothing(tmp_path: Path, origin: tuple[float, float, float]) -> None:
    case = read_case(write_stack(tmp_path / "series", [[0.0, 0.0, 2.0 * k] for k in range(3)]))
    mask = sitk.GetImageFromArray(VOLUME)
    mask.SetOrigin(origin)
    mask.SetDirection((-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0))
    sitk.WriteImage(mask, str(tmp_path / "mask.nii.gz"))
    references = read_references([tmp_path / "mask.nii.gz"], case)
    np.testing.assert_array_equal(references.masks[0], VOLUME > 0)
    assert references.notices == ((ELSEWHERE.format(name="mask.nii.gz"),) if any(origin) else ())


def test_an_oblique_mask_of_the_right_shape_is_taken_as_it_is(tmp_path: Path, volume: Path) -> None:
    mask = sitk.GetImageFromArray(VOLUME)
    mask.SetDirection((0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0))
    sitk.WriteImage(mask, str(tmp_path / "mask.nii.gz"))
    np.testing.assert_array_equal(read_references([tmp_path / "mask.nii.gz"], read_case(volume)).masks[0], VOLUME > 0)


def test_a_mask_of_another_shape_is_refused_with_both_shapes(volume: Path) -> None:
    path = _write_volume(volume.with_name("seg.nii.gz"), np.zeros((3, 9, 5), np.uint8))
    expected = (
        "The mask seg.nii.gz has 3 slices of 9 x 5 pixels, but the image image.nii.gz has 3 slices of 4 x 5 pixels."
    )
    with pytest.raises(UnfitReferenceError) as caught:
        read_references([path], read_case(volume))
    assert str(caught.value) == expected


def test_a_damaged_mask_is_refused_by_name(volume: Path) -> None:
    volume.with_name("seg.png").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match=r"Cannot open seg\.png: it is empty"):
        read_references([volume.with_name("seg.png")], read_case(volume))


@pytest.mark.parametrize("prefix", ["", "masks/"])
def test_a_zip_archive_of_masks_is_a_folder_of_them(photograph: Path, prefix: str) -> None:
    with zipfile.ZipFile(photograph.with_name("masks.zip"), "w") as archive:
        for number in (1, 2):
            content = io.BytesIO()
            Image.fromarray(MASK * 255 if number == 1 else 255 - MASK * 255).save(content, "PNG")
            archive.writestr(f"{prefix}mole_seg{number}.png", content.getvalue())
    references = read_references([photograph.with_name("masks.zip")], read_case(photograph))
    assert references.names == ("reader 1", "reader 2")
    np.testing.assert_array_equal(references.masks[:, 0], np.stack([MASK == 1, MASK == 0]))


def test_a_folder_gives_its_segmentations_and_not_its_pictures(photograph: Path) -> None:
    for name in ("mole_seg2.png", "mole_seg10.png"):
        Image.fromarray(MASK * 255).save(photograph.with_name(name))
    Image.fromarray(MASK).save(photograph.with_name("another.png"))
    assert read_references([photograph.parent], read_case(photograph)).names == ("reader 2", "reader 10")


def test_a_folder_without_such_names_gives_every_mask_but_the_image_itself(photograph: Path) -> None:
    for name in ("anna.png", "ben.png"):
        Image.fromarray(MASK).save(photograph.with_name(name))
    photograph.with_name("notes.txt").write_text("hello")
    assert read_references([photograph.parent], read_case(photograph)).names == ("anna", "ben")


@pytest.mark.parametrize("paths", [[], [Path()]])
def test_no_mask_at_all_is_an_error(tmp_path: Path, paths: list[Path], photograph: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(UnfitReferenceError, match=r"No reader's mask was found in (none|nothing)"):
        read_references([tmp_path / "none" for _ in paths], read_case(photograph))


def test_readers_of_one_name_are_numbered(photograph: Path) -> None:
    files = [photograph.with_name(name) for name in ("a_seg1.png", "b_seg1.png")]
    for file in files:
        Image.fromarray(MASK).save(file)
    assert read_references(files, read_case(photograph)).names == ("reader 1", "reader 2")


def test_simulated_readers_are_known_by_the_mark(photograph: Path) -> None:
    mark = PngInfo()
    mark.add_text("Synthetic", "yes")
    Image.fromarray(MASK).save(photograph.with_name("m.png"), pnginfo=mark)
    assert read_references([photograph.with_name("m.png")], read_case(photograph)).simulated


@pytest.mark.parametrize(
    ("image", "others", "expected"),
    [
        ("mole.png", ["mole_seg10.png", "mole_seg2.png", "mole2_seg1.png"], ["mole_seg2.png", "mole_seg10.png"]),
        ("mole.jpg", ["mole__r2.png", "mole__r1.png", "mole__rest.png"], ["mole__r1.png", "mole__r2.png"]),
        ("scan.nii.gz", ["scan_seg.nii.gz", "scan_seg.txt"], ["scan_seg.nii.gz"]),
        ("scan.nii.gz", ["scan_seg-manual.nii.gz"], ["scan_seg-manual.nii.gz"]),
        (
            "image.nii.gz",
            ["task01_seg02.nii.gz", "task01_seg01.nii.gz", "task02_seg01.nii.gz"],
            ["task01_seg01.nii.gz", "task01_seg02.nii.gz"],
        ),
        ("image.nii.gz", ["other.nii.gz"], []),
        ("scan.nii.gz", ["task01_seg01.nii.gz"], []),
    ],
)  # fmt: skip
def test_masks_beside_an_image_are_found_by_the_habits_of_naming(
    tmp_path: Path, image: str, others: list[str], expected: list[str]
) -> None:
    for name in [image, *others]:
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in references_beside(tmp_path / image)] == expected


@pytest.mark.parametrize(("task", "expected"), [(None, ["task01_seg01.nii.gz"]), (2, ["task02_seg01.nii.gz"]), (3, [])])
def test_the_masks_of_another_task_can_be_asked_for(tmp_path: Path, task: int | None, expected: list[str]) -> None:
    """Where a task is asked for, masks that name none are not taken for it."""
    for name in ("image.nii.gz", "task01_seg01.nii.gz", "task02_seg01.nii.gz", "scan.nii.gz", "scan_seg.nii.gz"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in references_beside(tmp_path / "image.nii.gz", task)] == expected
    beside = [path.name for path in references_beside(tmp_path / "scan.nii.gz", task)]
    assert beside == (["scan_seg.nii.gz"] if task is None else [])


def test_masks_beside_a_series_folder_are_found(tmp_path: Path) -> None:
    write_stack(tmp_path / "brain.v2", [[0.0, 0.0, 0.0]])
    (tmp_path / "brain.v2_seg.nii.gz").write_bytes(b"")
    assert [path.name for path in references_beside(tmp_path / "brain.v2")] == ["brain.v2_seg.nii.gz"]


def test_nothing_lies_beside_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert references_beside(tmp_path / "gone" / "a.png") == ()


def _write_volume(path: Path, values: Any) -> Path:
    sitk.WriteImage(sitk.GetImageFromArray(values), str(path))
    return path
