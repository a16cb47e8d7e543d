"""Small valid files of every kind, made by the libraries of each format and nothing of the program."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import nibabel as nib
import numpy as np
import SimpleITK as sitk
import tifffile
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.imaging.writers import dicom_header, item, write_dicom

GREY = np.random.default_rng(0).integers(0, 4096, (3, 16, 18)).astype(np.uint16)
RGB = np.random.default_rng(1).integers(0, 256, (16, 18, 3)).astype(np.uint8)


def write_originals(folder: Path) -> dict[str, Path]:
    """Write one file of each kind and return them by the name of the kind."""
    return {name: write(folder / f"{name}{suffix}") for name, (suffix, write) in _WRITERS.items()}


def _dicom(**elements: Any) -> Callable[[Path], Path]:
    return lambda path: write_dicom(path, GREY[0], **elements)


def _packed(syntax: str, encode: Callable[[Any], bytes | bytearray]) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        dataset = dicom_header(GREY, NumberOfFrames=3, BitsStored=12, HighBit=11)
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
        dataset.PixelData = encapsulate([bytes(encode(frame)) for frame in GREY])
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(path, enforce_file_format=True)
        return path

    return write


def _enhanced(path: Path) -> Path:
    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, 3.0 * number])],
            PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=1)],
        )
        for number in range(3)
    ]
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.9, 0.8], SliceThickness=3)],
        FrameVOILUTSequence=[item(WindowCenter=[5, 6], WindowWidth=[7, 8])],
    )
    groups = {"PerFrameFunctionalGroupsSequence": frames, "SharedFunctionalGroupsSequence": [shared]}
    return write_dicom(path, GREY, NumberOfFrames=3, **groups)


def _tables(path: Path) -> Path:
    table = item(LUTDescriptor=[4096, 0, 16], LUTData=np.arange(4096, dtype=np.uint16).tobytes(), ModalityLUTType="US")
    return write_dicom(path, GREY[0], ModalityLUTSequence=[table], VOILUTSequence=[table], RescaleSlope=None)


def _palette(path: Path) -> Path:
    given: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for name in ("Red", "Green", "Blue"):
        given[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        given[f"{name}PaletteColorLookupTableData"] = (np.arange(256, dtype=np.uint16) * 257).tobytes()
    return write_dicom(path, RGB[..., 0], **given)


def _rle(path: Path) -> Path:
    dataset = dicom_header(GREY[0])
    dataset.compress(RLELossless)
    dataset.save_as(path, enforce_file_format=True)
    return path


def _deflated(path: Path) -> Path:
    dataset = dicom_header(GREY[0])
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)
    return path


def _photograph(path: Path) -> Path:
    dataset = dicom_header(
        RGB, SamplesPerPixel=3, PlanarConfiguration=0, Rows=16, Columns=18, PhotometricInterpretation="YBR_FULL_422"
    )
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PixelData = encapsulate([bytes(imagecodecs.jpeg8_encode(RGB))])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    return path


def _segmentation(path: Path) -> Path:
    """A segmentation of the image that `image_of_segmentation` gives."""
    frames = [
        item(
            SegmentIdentificationSequence=[item(ReferencedSegmentNumber=number)],
            PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, 0.0])],
        )
        for number in (1, 2)
    ]
    code = item(CodeValue="1", CodingSchemeDesignator="99X", CodeMeaning="thing")
    segments = [item(SegmentNumber=number, SegmentedPropertyTypeCodeSequence=[code]) for number in (1, 2)]
    return write_dicom(
        path,
        np.random.default_rng(2).integers(0, 256, (2, 16, 18)).astype(np.uint8),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4",
        Modality="SEG",
        NumberOfFrames=2,
        SegmentationType="FRACTIONAL",
        MaximumFractionalValue=255,
        SegmentSequence=segments,
        PerFrameFunctionalGroupsSequence=frames,
    )


def image_of_segmentation(path: Path) -> Path:
    """Write the image that the segmentation among the originals belongs to."""
    return write_dicom(path, GREY[0])


def _by_nibabel(make: Any) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        nib.save(make(GREY.T.astype(np.int16), np.diag([2.0, 2.0, 3.0, 1.0])), path)
        return path

    return write


def _by_simpleitk(path: Path) -> Path:
    image = sitk.GetImageFromArray(GREY)
    image.SetSpacing((0.5, 0.6, 2.0))
    sitk.WriteImage(image, str(path), useCompression="packed" in path.name)
    return path


def _by_pillow(**options: Any) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        Image.fromarray(RGB).save(path, **options)
        return path

    return write


def _tiff(path: Path) -> Path:
    tifffile.imwrite(path, GREY, photometric="minisblack", compression="lzw")
    return path


def _zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            content = io.BytesIO()
            dataset = dicom_header(GREY[number], ImagePositionPatient=[0.0, 0.0, 2.0 * number])
            dataset.save_as(content, enforce_file_format=True)
            archive.writestr(f"series/{number}.dcm", content.getvalue())
    return path


def _j2k(frame: Any) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(frame, codecformat="j2k", reversible=True, level=0))


_WRITERS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "ct": (".dcm", _dicom(WindowCenter=40, WindowWidth=400)),
    "negative": (".dcm", _dicom(PhotometricInterpretation="MONOCHROME1")),
    "enhanced": (".dcm", _enhanced),
    "tables": (".dcm", _tables),
    "palette": (".dcm", _palette),
    "deflated": (".dcm", _deflated),
    "rle": (".dcm", _rle),
    "jpeg": (".dcm", _photograph),
    "jpeg12": (".dcm", _packed(JPEGExtended12Bit, lambda frame: imagecodecs.jpeg8_encode(frame, bitspersample=12))),
    "lossless": (".dcm", _packed(JPEGLosslessSV1, lambda frame: imagecodecs.jpeg8_encode(frame, lossless=True))),
    "jpeg_ls": (".dcm", _packed(JPEGLSLossless, imagecodecs.jpegls_encode)),
    "jpeg_2000": (".dcm", _packed(JPEG2000Lossless, _j2k)),
    "htj2k": (".dcm", _packed(HTJ2KLossless, imagecodecs.htj2k_encode)),
    "segmentation": (".dcm", _segmentation),
    "nifti": (".nii", _by_nibabel(nib.Nifti1Image)),
    "nifti_packed": (".nii.gz", _by_nibabel(nib.Nifti1Image)),
    "nifti2": (".nii", _by_nibabel(nib.Nifti2Image)),
    "mgh": (".mgh", _by_nibabel(nib.MGHImage)),
    "nrrd": (".nrrd", _by_simpleitk),
    "nrrd_packed": (".nrrd", _by_simpleitk),
    "mha": (".mha", _by_simpleitk),
    "mha_packed": (".mha", _by_simpleitk),
    "png": (".png", _by_pillow()),
    "jpg": (".jpg", _by_pillow()),
    "webp": (".webp", _by_pillow(lossless=True)),
    "bmp": (".bmp", _by_pillow()),
    "tiff": (".tif", _tiff),
    "zip": (".zip", _zip),
}
