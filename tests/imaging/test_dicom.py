"""DICOM files as pydicom writes them and SimpleITK (GDCM) reads them."""

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image
from pydicom import dcmread
from pydicom.encaps import get_frame
from pydicom.uid import (
    BasicTextSRStorage,
    EnhancedMRImageStorage,
    JPEGLosslessSV1,
    MediaStorageDirectoryStorage,
    RLELossless,
    VLWholeSlideMicroscopyImageStorage,
)

from app.domain.case import Modality, Window
from app.domain.errors import UnreadableFileError
from app.imaging.dicom import read_dicom
from tests.imaging.writers import dicom_header, item, write_colour, write_dicom

RAMP = np.arange(1000, 1020, dtype=np.uint16).reshape(4, 5)


def test_a_ct_slice_is_in_hounsfield_units(tmp_path: Path) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP))
    assert case.modality is Modality.CT
    assert case.unit == "HU"
    assert case.pixels.whole().dtype == np.float32
    np.testing.assert_array_equal(case.pixels.whole()[0, ..., 0], RAMP - 1024.0)


def test_geometry_is_the_one_that_gdcm_reads(tmp_path: Path) -> None:
    orientation = [0.8, 0.6, 0.0, 0.0, 0.0, -1.0]
    position = [-10.0, 20.0, 30.0]
    path = write_dicom(tmp_path / "a.dcm", RAMP, ImageOrientationPatient=orientation, ImagePositionPatient=position)
    geometry = read_dicom(path).geometry
    other = sitk.ReadImage(str(path))
    row, column = 3, 2
    here = (
        np.array(geometry.origin_mm)
        + row * geometry.spacing_mm[1] * np.array(geometry.directions[1])
        + column * geometry.spacing_mm[2] * np.array(geometry.directions[2])
    )
    np.testing.assert_allclose(here, other.TransformIndexToPhysicalPoint((column, row, 0)), atol=1e-6)
    assert geometry.pixel_mm == (0.7, 0.5)  # PixelSpacing is between rows first, then between columns


def test_nothing_of_the_patient_is_in_the_case(tmp_path: Path) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP))
    assert case.name == "a.dcm"
    assert "secret" not in f"{case!r}{case.notices}".lower()


@pytest.mark.parametrize(("centre", "width"), [(40, 400), ([40, 300], [400, 1500]), ("40", "400")])
def test_the_header_s_first_window_is_the_one_to_begin_with(tmp_path: Path, centre: Any, width: Any) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, WindowCenter=centre, WindowWidth=width))
    assert case.window == Window(40.0, 400.0)


@pytest.mark.parametrize("width", [0, None])
def test_without_a_usable_window_the_percentiles_give_one(tmp_path: Path, width: int | None) -> None:
    given = {} if width is None else {"WindowCenter": 40, "WindowWidth": width}
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **given))
    low, high = np.percentile(RAMP - 1024.0, [0.5, 99.5])
    assert case.window is not None
    assert (case.window.low, case.window.high) == pytest.approx((low, high))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16])
def test_monochrome1_is_turned_round_as_gdcm_does(tmp_path: Path, kind: type[Any]) -> None:
    stored = np.arange(40, 60).reshape(4, 5).astype(kind)
    path = write_dicom(
        tmp_path / "a.dcm", stored, PhotometricInterpretation="MONOCHROME1", WindowCenter=-970, WindowWidth=20
    )
    case = read_dicom(path)
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], sitk.GetArrayFromImage(sitk.ReadImage(str(path))))
    assert case.unit == ""
    assert any("MONOCHROME1" in notice for notice in case.notices)
    # The window turns with the values: -970 is the stored 54, which lies in row 2, column 4.
    assert case.window is not None
    assert case.window.level == case.pixels.whole()[0, 2, 4, 0]


def test_a_modality_table_replaces_slope_and_intercept(tmp_path: Path) -> None:
    stored = np.array([[0, 1], [2, 3]], np.uint8)
    table = item(
        LUTDescriptor=[4, 0, 16], LUTData=np.array([10, 20, 40, 80], np.uint16).tobytes(), ModalityLUTType="US"
    )
    path = write_dicom(
        tmp_path / "a.dcm", stored, ModalityLUTSequence=[table], RescaleSlope=None, RescaleIntercept=None
    )
    np.testing.assert_array_equal(read_dicom(path).pixels.whole()[0, ..., 0], [[10, 20], [40, 80]])


def test_a_real_modality_table_gives_the_values_that_a_hand_and_another_decoder_find(data_folder: Path) -> None:
    """The stored numbers by another lossless JPEG decoder, looked up in the file's table, low values bright."""
    path = data_folder / "readers" / "mono1" / "fo-dicom__CR-ModalitySequenceLUT.dcm"
    dataset = dcmread(path)
    table = np.frombuffer(dataset.ModalityLUTSequence[0].LUTData, "<u2").astype(np.int64)
    stored = imagecodecs.ljpeg_decode(get_frame(dataset.PixelData, 0, number_of_frames=1))
    assert dataset.ModalityLUTSequence[0].LUTDescriptor == [len(table), 0, 16]
    assert len(table) == 1 << dataset.BitsStored
    expected = table[0] + table[-1] - table[stored]
    np.testing.assert_array_equal(read_dicom(path).pixels[0][..., 0], expected)


def test_frames_have_their_own_rescaling_positions_and_spacing(tmp_path: Path) -> None:
    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, z])],
            PixelValueTransformationSequence=[item(RescaleSlope=slope, RescaleIntercept=1)],
        )
        for z, slope in ((6.0, 2), (3.0, 10), (0.0, 100))
    ]
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.9, 0.8], SliceThickness=3)],
        FrameVOILUTSequence=[item(WindowCenter=5, WindowWidth=7)],
    )
    path = write_dicom(
        tmp_path / "a.dcm",
        np.ones((3, 4, 5), np.uint16),
        Modality="MR",
        SOPClassUID=EnhancedMRImageStorage,
        NumberOfFrames=3,
        PerFrameFunctionalGroupsSequence=frames,
        SharedFunctionalGroupsSequence=[shared],
        PixelSpacing=None,
    )
    case = read_dicom(path)
    assert case.modality is Modality.MR
    assert case.pixels.whole()[:, 0, 0, 0].tolist() == [101, 11, 3]  # lowest z first
    assert case.geometry.spacing_mm == (3.0, 0.9, 0.8)
    assert case.geometry.slices_known
    assert case.window == Window(5.0, 7.0)


def test_no_pixel_spacing_is_told(tmp_path: Path) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, PixelSpacing=None))
    assert case.geometry.pixel_mm is None
    assert any("no pixel spacing" in notice for notice in case.notices)


def test_colour_comes_as_rgb(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    path = write_colour(tmp_path / "a.dcm", rgb, "RGB", Modality="XC")
    case = read_dicom(path)
    assert case.modality is Modality.DERMOSCOPY
    assert case.window is None
    np.testing.assert_array_equal(case.pixels[0], rgb)


def test_ybr_is_converted_as_pillow_does(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    ybr = np.asarray(Image.fromarray(rgb).convert("YCbCr"))
    case = read_dicom(write_colour(tmp_path / "a.dcm", ybr, "YBR_FULL"))
    assert case.modality is Modality.OTHER
    expected = np.asarray(Image.fromarray(ybr, "YCbCr").convert("RGB")).astype(int)
    assert np.abs(case.pixels[0].astype(int) - expected).max() <= 2  # two roundings


def test_sixteen_bit_colour_keeps_its_upper_byte(tmp_path: Path) -> None:
    rgb = (np.arange(60, dtype=np.uint16) * 1000).reshape(4, 5, 3)
    case = read_dicom(write_colour(tmp_path / "a.dcm", rgb, "RGB"))
    np.testing.assert_array_equal(case.pixels[0], rgb // 256)


def test_a_palette_becomes_its_colours(tmp_path: Path) -> None:
    given: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for index, name in enumerate(("Red", "Green", "Blue")):
        entries = np.array([0, 50 + index, 100 + index, 200 + index], np.uint16) * 257
        given[f"{name}PaletteColorLookupTableDescriptor"] = [4, 0, 16]
        given[f"{name}PaletteColorLookupTableData"] = entries.tobytes()
    case = read_dicom(write_dicom(tmp_path / "a.dcm", np.array([[0, 1], [2, 3]], np.uint8), **given))
    assert case.pixels[0].tolist() == [[[0, 0, 0], [50, 51, 52]], [[100, 101, 102], [200, 201, 202]]]


def test_run_length_encoding_is_read(tmp_path: Path) -> None:
    dataset = dicom_header(RAMP)
    dataset.compress(RLELossless)
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(read_dicom(tmp_path / "a.dcm").pixels.whole()[0, ..., 0], RAMP - 1024.0)


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_a_compression_that_pydicom_lacks_is_read_by_gdcm(tmp_path: Path, photometric: str) -> None:
    plain = write_dicom(tmp_path / "plain.dcm", RAMP, PhotometricInterpretation=photometric)
    packed = tmp_path / "packed.dcm"
    _compress_by_gdcm(plain, packed)
    np.testing.assert_array_equal(read_dicom(packed).pixels.whole(), read_dicom(plain).pixels.whole())


def test_a_damaged_compressed_file_is_refused(tmp_path: Path) -> None:
    dataset = dicom_header(RAMP)
    dataset.compress(RLELossless)
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    with pytest.raises(UnreadableFileError, match=r"a\.dcm: its pixel data \(JPEG Lossless.*\) is damaged\."):
        read_dicom(tmp_path / "a.dcm")


def test_cut_pixel_data_is_told_in_bytes(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", RAMP)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnreadableFileError, match=r"its pixel data is cut short: 30 of 40 bytes"):
        read_dicom(path)


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"SOPClassUID": BasicTextSRStorage, "Rows": None}, r"without an image \(Basic Text SR Storage\)"),
        ({"SOPClassUID": "1.2.3", "Rows": None}, "it is a DICOM file without an image"),
        ({"Rows": None}, "it is cut short: it ends before its image"),
        ({"PixelData": None}, "its pixel data is missing or cut short"),
        ({"SOPClassUID": VLWholeSlideMicroscopyImageStorage}, "it is a whole-slide image"),
        ({"BitsAllocated": None}, "it is damaged"),
        ({"SOPClassUID": MediaStorageDirectoryStorage}, "it is a DICOMDIR, a list of images; open the folder"),
        ({"Rows": 65535, "Columns": 65535}, "its header announces 4,294,836,225 values, too many"),
    ],
)
def test_what_is_no_image_is_refused_with_the_reason(tmp_path: Path, elements: dict[str, Any], reason: str) -> None:
    path = write_dicom(tmp_path / "a.dcm", RAMP, **elements)
    with pytest.raises(UnreadableFileError, match=reason):
        read_dicom(path)


@pytest.mark.parametrize(
    ("elements", "word"),
    [({"LossyImageCompression": "01"}, "loss"), ({"BurnedInAnnotation": "YES"}, "burned"), ({}, None)],
)
def test_what_the_reader_must_know_is_told(tmp_path: Path, elements: dict[str, str], word: str | None) -> None:
    notices = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **elements)).notices
    assert [word in notice for notice in notices if word] == ([True] if word else [])


@pytest.mark.parametrize(
    ("elements", "synthetic"),
    [({"Manufacturer": "Concord phantom"}, True), ({"SyntheticData": "YES"}, True), ({"Manufacturer": "Acme"}, False)],
)
def test_a_phantom_is_known_by_its_mark(tmp_path: Path, elements: dict[str, str], *, synthetic: bool) -> None:
    assert read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **elements)).synthetic is synthetic


def test_damaged_numbers_in_the_header_are_not_measured_with(tmp_path: Path) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, PixelSpacing=[0, 0], ImageOrientationPatient=[1, 0, 0]))
    assert case.geometry.pixel_mm is None


def _compress_by_gdcm(plain: Path, packed: Path) -> None:
    """JPEG Lossless by the independent library; it writes a header of its own, so the plain file's is put back."""
    stored = sitk.GetImageFromArray(RAMP[None])
    writer = sitk.ImageFileWriter()
    writer.SetFileName(str(packed))
    writer.SetImageIO("GDCMImageIO")
    writer.UseCompressionOn()
    writer.SetCompressor("JPEG")
    writer.Execute(stored)
    compressed, original = dcmread(packed), dcmread(plain)
    assert compressed.file_meta.TransferSyntaxUID == JPEGLosslessSV1
    for name in ("PhotometricInterpretation", "RescaleSlope", "RescaleIntercept"):
        setattr(compressed, name, getattr(original, name))
    compressed.save_as(packed)
