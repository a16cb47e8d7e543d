"""DICOM segmentations as highdicom, an independent library, writes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes
from pydicom.uid import RLELossless, generate_uid

from app.domain.errors import UnfitReferenceError
from app.imaging.read import read_case
from app.imaging.references import read_references
from tests.imaging.writers import write_dicom, write_stack

POSITIONS = [[0.0, 0.0, 2.0 * k] for k in range(4)]
SOURCE = {
    "StudyInstanceUID": generate_uid(), "FrameOfReferenceUID": generate_uid(), "PatientBirthDate": "", "PatientSex": "",
    "AccessionNumber": "", "StudyID": "", "StudyDate": "20200101", "StudyTime": "120000", "SeriesNumber": 1,
    "ReferringPhysicianName": "", "SliceThickness": 2.0,
}  # fmt: skip
MASKS = np.random.default_rng(0).integers(0, 2, (2, 4, 4, 5)).astype(bool)  # readers, slices, rows, columns
MASKS[:, 1] = False  # a slice without a mark has no frame in the file
LIVER, KIDNEY = codes.SCT.Liver, codes.SCT.Kidney


@pytest.fixture
def series(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "series", POSITIONS, **SOURCE)


@pytest.mark.parametrize("kind", [SegmentationTypeValues.BINARY, SegmentationTypeValues.FRACTIONAL])
def test_the_segments_of_one_structure_are_its_readers(series: Path, kind: SegmentationTypeValues) -> None:
    path = _write(series, MASKS, kind, [LIVER, LIVER])
    references = read_references([path], read_case(series))
    assert references.names == ("reader 1", "reader 2")
    np.testing.assert_array_equal(references.masks, MASKS)


def test_a_label_map_is_read(series: Path) -> None:
    apart = np.stack([MASKS[0], MASKS[1] & ~MASKS[0]])
    path = _write(series, apart, SegmentationTypeValues.LABELMAP, [LIVER, LIVER])
    np.testing.assert_array_equal(read_references([path], read_case(series)).masks, apart)


@pytest.mark.parametrize("syntax", [RLELossless, None])
def test_shares_count_from_one_half_on_and_that_is_told(series: Path, syntax: str | None) -> None:
    shares = np.zeros((1, 4, 4, 5))
    shares[0, 0, 0, :4] = 0.2, 0.49, 0.51, 1.0
    given: dict[str, Any] = {"transfer_syntax_uid": syntax} if syntax else {}
    path = _write(series, shares, SegmentationTypeValues.FRACTIONAL, [LIVER], **given)
    references = read_references([path], read_case(series))
    assert references.masks[0, 0, 0].tolist() == [False, False, True, True, False]
    assert references.notices == ("m.dcm holds shares of pixels (FRACTIONAL): one half and more counts as inside.",)


def test_of_several_structures_the_first_is_used_and_that_is_told(series: Path) -> None:
    references = read_references([_write(series, MASKS, types=[KIDNEY, LIVER])], read_case(series))
    assert references.count == 1
    np.testing.assert_array_equal(references.masks[0], MASKS[0])
    assert references.notices == ("m.dcm holds 2 structures; only the first (Kidney) is used.",)


def test_a_program_is_not_a_reader_and_that_is_told(series: Path) -> None:
    path = _write(series, MASKS[:1], types=[LIVER], algorithm=SegmentAlgorithmTypeValues.AUTOMATIC)
    assert read_references([path], read_case(series)).notices == ("m.dcm was drawn by a program and not by a reader.",)


def test_without_its_sources_it_is_placed_by_position_alone(series: Path) -> None:
    path = _write(series, MASKS[:1], types=[LIVER])
    stripped = dcmread(path)
    for frame in stripped.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence
    stripped.save_as(path)
    np.testing.assert_array_equal(read_references([path], read_case(series)).masks, MASKS[:1])


@pytest.mark.parametrize("sourced", [True, False])
@pytest.mark.parametrize(
    ("orientation", "first"),
    [
        ([1, 0, 0, 0, -1, 0], (0.0, 2.1)),  # from the last of 4 rows of 0.7 mm up
        ([-1, 0, 0, 0, 1, 0], (2.0, 0.0)),  # from the last of 5 columns of 0.5 mm back
        ([-1, 0, 0, 0, -1, 0], (2.0, 2.1)),
    ],
)
def test_a_frame_that_is_stored_the_other_way_round_is_turned(
    series: Path, orientation: list[int], first: tuple[float, float], sourced: bool
) -> None:
    """PS3.3 C.7.6.2.1.1: the frame's own position and orientation say where each of its pixels lies."""
    path = _replaced(_write(series, MASKS[:1], types=[LIVER]), orientation, first, sourced=sourced)
    down, right = orientation[4], orientation[0]
    expected = MASKS[:1, :, ::down, ::right]
    np.testing.assert_array_equal(read_references([path], read_case(series)).masks, expected)


@pytest.mark.parametrize(
    ("orientation", "first"),
    [
        ([1, 0, 0, 0, 1, 0], (10.0, 0.0)),  # 20 pixels aside
        ([1, 0, 0, 0, 1, 0], (0.0, 0.5)),
        ([1, 0, 0, 0, -1, 0], (0.0, 0.0)),  # upside down about another row
        ([0, 1, 0, 1, 0, 0], (0.0, 0.0)),
        ([1, 0, 0, 0, 0.8, 0.6], (0.0, 0.0)),
    ],
)
def test_a_frame_that_lies_beside_its_source_is_refused(
    series: Path, orientation: list[float], first: tuple[float, float]
) -> None:
    path = _replaced(_write(series, MASKS[:1], types=[LIVER]), orientation, first)
    with pytest.raises(UnfitReferenceError, match=r"^The segmentation m\.dcm lies elsewhere than the image series\.$"):
        read_references([path], read_case(series))


def test_a_frame_that_names_the_slice_before_the_one_it_lies_on_is_refused(series: Path) -> None:
    """Slices are 2 mm apart."""
    path = _replaced(_write(series, MASKS[:1], types=[LIVER]), [1, 0, 0, 0, 1, 0], (0.0, 0.0), 2.0)
    with pytest.raises(UnfitReferenceError, match="lies elsewhere"):
        read_references([path], read_case(series))


def test_between_slices_at_unknown_distances_the_source_places_and_the_orientation_turns(tmp_path: Path) -> None:
    series = write_stack(tmp_path / "series", [[0.0, 0.0, z] for z in (0.0, 2.0, 7.0, 9.0)], **SOURCE)
    path = _replaced(_write(series, MASKS[:1], types=[LIVER]), [1, 0, 0, 0, -1, 0], (0.0, 2.1))
    np.testing.assert_array_equal(read_references([path], read_case(series)).masks, MASKS[:1, :, ::-1])


def test_only_shares_have_a_full_value(series: Path) -> None:
    """PS3.3 C.8.20.2: Maximum Fractional Value belongs to FRACTIONAL; a BINARY file that has it still holds 0 and 1."""
    path = _write(series, MASKS[:1], types=[LIVER])
    dataset = dcmread(path)
    dataset.MaximumFractionalValue = 255
    dataset.save_as(path)
    np.testing.assert_array_equal(read_references([path], read_case(series)).masks, MASKS[:1])


def test_other_images_at_the_same_place_are_told(tmp_path: Path, series: Path) -> None:
    path = _write(series, MASKS[:1], types=[LIVER])
    other = write_stack(tmp_path / "other", POSITIONS, **SOURCE)
    references = read_references([path], read_case(other))
    np.testing.assert_array_equal(references.masks, MASKS[:1])
    assert references.notices == ("m.dcm was drawn on other images than these, which lie at the same place.",)


@pytest.mark.parametrize(
    "elements",
    [
        {"PixelSpacing": [0.7, 0.6]},
        {"ImageOrientationPatient": [1, 0, 0, 0, 0.6, 0.8]},
        {"ImagePositionPatient": [3.0, 0.0, 0.0]},
        {"PixelSpacing": None},
    ],
)
def test_a_segmentation_of_another_place_is_refused(tmp_path: Path, series: Path, elements: dict[str, Any]) -> None:
    path = _write(series, MASKS[:1], types=[LIVER])
    moved = [[place[0] + 3.0, place[1], place[2]] for place in POSITIONS]
    if "ImagePositionPatient" in elements:
        other = write_stack(tmp_path / "other", moved, **SOURCE)
    else:
        other = write_stack(tmp_path / "other", POSITIONS, **SOURCE | elements)
    with pytest.raises(UnfitReferenceError, match=r"^The segmentation m\.dcm lies elsewhere than the image other\.$"):
        read_references([path], read_case(other))


def test_a_segmentation_of_another_size_is_refused_with_both(tmp_path: Path, series: Path) -> None:
    path = _write(series, MASKS[:1], types=[LIVER])
    other = read_case(write_dicom(tmp_path / "other.dcm", np.zeros((7, 9), np.uint16)))
    with pytest.raises(UnfitReferenceError, match=r"m\.dcm has 4 x 5 pixels, but the image other\.dcm has 7 x 9"):
        read_references([path], other)


def test_a_photograph_s_segmentation_is_placed_by_its_source(tmp_path: Path) -> None:
    """Such frames have no position in a patient."""
    image, other = (write_dicom(tmp_path / f"{name}.dcm", np.zeros((4, 5), np.uint16)) for name in ("a", "b"))
    mask = dcmread(_write(write_stack(tmp_path / "series", POSITIONS[:1], **SOURCE), MASKS[:1, :1], types=[LIVER]))
    del mask.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence
    named = mask.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    named.ReferencedSOPInstanceUID = dcmread(image).SOPInstanceUID
    mask.save_as(tmp_path / "m.dcm")
    np.testing.assert_array_equal(read_references([tmp_path / "m.dcm"], read_case(image)).masks, MASKS[:1, :1])
    with pytest.raises(UnfitReferenceError, match="lies elsewhere"):
        read_references([tmp_path / "m.dcm"], read_case(other))


def test_frames_of_a_multi_frame_image_are_told_apart(tmp_path: Path) -> None:
    """The second frame of the file is the one that the mask names."""
    image = write_dicom(tmp_path / "a.dcm", np.zeros((3, 4, 5), np.uint16), NumberOfFrames=3, ImagePositionPatient=None)
    mask = dcmread(_write(write_stack(tmp_path / "series", POSITIONS[:1], **SOURCE), MASKS[:1, :1], types=[LIVER]))
    named = mask.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    named.ReferencedSOPInstanceUID = dcmread(image).SOPInstanceUID
    named.ReferencedFrameNumber = 2
    mask.save_as(tmp_path / "m.dcm")
    masks = read_references([tmp_path / "m.dcm"], read_case(image)).masks[0]
    np.testing.assert_array_equal(masks[1], MASKS[0, 0])
    assert not masks[[0, 2]].any()


def test_opened_as_an_image_it_says_what_it_is(series: Path) -> None:
    case = read_case(_write(series, MASKS[:1], types=[LIVER]))
    assert any(notice.startswith("This is a segmentation") for notice in case.notices)
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], MASKS[0][[0, 2, 3]])


def test_the_sources_are_said_by_no_word_of_the_case(series: Path) -> None:
    case = read_case(series)
    assert len(set(case.sources)) == 4
    assert not any(source in repr(case) for source in case.sources)


def _replaced(
    path: Path, orientation: Sequence[float], first: tuple[float, float], up: float = 0.0, *, sourced: bool = True
) -> Path:
    """Let frames say that they are turned, and that they begin elsewhere in their plane or above it."""
    dataset = dcmread(path)
    dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient = list(orientation)
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        place = frame.PlanePositionSequence[0]
        place.ImagePositionPatient = [*first, float(place.ImagePositionPatient[2]) + up]
        if not sourced:
            del frame.DerivationImageSequence
    dataset.save_as(path)
    return path


def _write(
    series: Path,
    masks: Any,
    kind: SegmentationTypeValues = SegmentationTypeValues.BINARY,
    types: Sequence[Any] = (),
    algorithm: SegmentAlgorithmTypeValues = SegmentAlgorithmTypeValues.MANUAL,
    **given: Any,
) -> Path:
    """Write masks (segments, slices, rows, columns) beside a series."""
    images: list[Dataset] = sorted((dcmread(file) for file in series.iterdir()), key=lambda image: image.InstanceNumber)
    by_program = hd.AlgorithmIdentificationSequence("net", codes.cid7162.ArtificialIntelligence, "1")
    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=f"reader {number}",
            segmented_property_category=codes.SCT.Organ,
            segmented_property_type=kind_,
            algorithm_type=algorithm,
            algorithm_identification=by_program if algorithm is not SegmentAlgorithmTypeValues.MANUAL else None,
        )
        for number, kind_ in enumerate(types, 1)
    ]
    pixels = np.moveaxis(np.asarray(masks), 0, -1)
    segmentation = hd.seg.Segmentation(
        source_images=images,
        pixel_array=pixels if pixels.dtype == np.float64 else pixels.astype(np.uint8),
        segmentation_type=kind,
        segment_descriptions=segments,
        series_instance_uid=generate_uid(),
        series_number=2,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="test",
        manufacturer_model_name="test",
        software_versions="1",
        device_serial_number="1",
        **given,
    )
    segmentation.save_as(series.with_name("m.dcm"))
    return series.with_name("m.dcm")
