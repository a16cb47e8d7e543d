"""Large made-up studies for the benchmark; nothing of a patient and nothing that stays."""

from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SIDE = 512
STORED_BITS = 12
AIR, TISSUE = 24, 1064  # -1000 and 40 HU


def write_series(folder: Path, slices: int) -> Path:
    """Write a CT series of 512 x 512 pixels: a disc with noise, a millimetre from slice to slice."""
    folder.mkdir()
    random = np.random.default_rng(0)
    row, column = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    disc = np.where(np.hypot(row, column) < SIDE * 0.4, TISSUE, AIR)
    series = generate_uid()
    for index in range(slices):
        pixels = (disc + random.integers(-15, 15, disc.shape)).astype(np.uint16)
        _image(index, series, pixels).save_as(folder / f"{index:04d}.dcm", enforce_file_format=True)
    return folder


def write_photograph(path: Path, megapixels: int) -> Path:
    """Write a JPEG of 3 : 2 with smooth colours."""
    side = round((megapixels * 1e6 / 6) ** 0.5)
    coarse = np.random.default_rng(0).integers(100, 220, (200, 300, 3)).astype(np.uint8)
    Image.fromarray(coarse).resize((3 * side, 2 * side), Image.Resampling.BICUBIC).save(path, quality=92)
    return path


def _image(index: int, series: str, pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]") -> Dataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    image.SeriesInstanceUID, image.Modality, image.InstanceNumber = series, "CT", index + 1
    image.Rows, image.Columns = pixels.shape
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PixelRepresentation = 1, "MONOCHROME2", 0
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, STORED_BITS, STORED_BITS - 1
    image.RescaleSlope, image.RescaleIntercept = 1, -1024
    image.WindowCenter, image.WindowWidth = 40, 400
    image.PixelSpacing, image.SliceThickness = [0.7, 0.7], 1
    image.ImagePositionPatient, image.ImageOrientationPatient = [0, 0, index], [1, 0, 0, 0, 1, 0]
    image.PixelData = pixels.tobytes()
    return image
