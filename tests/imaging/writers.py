"""DICOM files written for tests, by pydicom and nothing of the program."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

SERIES = generate_uid(entropy_srcs=["series"])
AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


def dicom_header(pixels: npt.NDArray[Any], **elements: Any) -> FileDataset:
    """Return a little-endian CT image of (rows, columns) or (frames, rows, columns); None takes an element away."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = MRImageStorage if elements.get("Modality") == "MR" else CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.SeriesInstanceUID = SERIES
    dataset.Modality = "CT"
    dataset.PatientName = "Secret^Person"
    dataset.PatientID = "SECRET-ID"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.dtype.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelSpacing = [0.7, 0.5]
    dataset.ImagePositionPatient = [0.0, 0.0, 0.0]
    dataset.ImageOrientationPatient = AXIAL
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
    dataset.PixelData = pixels.tobytes()
    for name, value in elements.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    return dataset


def write_dicom(path: Path, pixels: npt.NDArray[Any], **elements: Any) -> Path:
    """Write what `dicom_header` describes."""
    dicom_header(pixels, **elements).save_as(path, enforce_file_format=True)
    return path


def write_stack(folder: Path, positions: list[list[float]], **elements: Any) -> Path:
    """Write one 4 x 5 slice for each position; slice k holds the value 1024 + k, which is k HU."""
    folder.mkdir(exist_ok=True)
    for index, position in enumerate(positions):
        pixels = np.full((4, 5), 1024 + index, np.uint16)
        given = {"ImagePositionPatient": position, "InstanceNumber": index + 1} | elements
        write_dicom(folder / f"{9 - index}.dcm", pixels, **given)  # names in reverse: names must not decide
    return folder


def item(**elements: Any) -> Dataset:
    """Return a sequence's item."""
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset


def write_colour(path: Path, pixels: npt.NDArray[Any], photometric: str, **elements: Any) -> Path:
    """Write (rows, columns, 3)."""
    rows, columns, _ = pixels.shape
    return write_dicom(
        path,
        pixels,
        SamplesPerPixel=3,
        PlanarConfiguration=0,
        PhotometricInterpretation=photometric,
        Rows=rows,
        Columns=columns,
        **elements,
    )
