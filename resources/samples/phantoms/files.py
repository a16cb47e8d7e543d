"""Writes phantoms as PNG, DICOM series and NIfTI, each marked as synthetic in its own way.

The marks: PNG has the text chunk Synthetic = yes; DICOM has Synthetic Data = YES, the manufacturer "Concord phantom",
a derived secondary image type and the quality-control (phantom) flags; NIfTI has a `descrip` that begins with "Concord
phantom".
"""

import gzip
import uuid
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import SimpleITK
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from phantoms.skin import Photograph
from phantoms.volume import Volume

MARK = "Concord phantom"
DESCRIP_OFFSET, DESCRIP_BYTES = 148, 80  # NIfTI-1 standard, field `descrip`


def write_photograph(photograph: Photograph, path: Path) -> None:
    """Write a picture, and its masks beside it as NAME_seg1.png and so on with 0 outside and 255 inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = PngInfo()
    marks.add_text("Synthetic", "yes")
    marks.add_text("Source", MARK)
    Image.fromarray(photograph.pixels).save(path, pnginfo=marks, optimize=True)
    for number, mask in enumerate(photograph.masks, start=1):
        picture = Image.fromarray(np.where(mask, 255, 0).astype(np.uint8))
        picture.save(path.with_name(f"{path.stem}_seg{number}.png"), pnginfo=marks, optimize=True)


def write_series(volume: Volume, kind: Mapping[str, Any], folder: Path) -> None:
    """Write a volume as one DICOM file a slice.

    Args:
        volume: to write.
        kind: the DICOM attributes by keyword that make it a CT or an MR series; SOPClassUID and Modality among them.
        folder: to write to; its name names the series and makes its UIDs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(len(volume.pixels)):
        dataset = FileDataset("", {}, file_meta=_file_meta(kind["SOPClassUID"], _uid(folder.name, "image", index)))
        dataset.preamble = bytes(128)
        for attributes in (
            _ABOUT,
            _study(folder.name),
            kind,
            _plane(volume, index),
            _image(volume, folder.name, index),
        ):
            _set(dataset, attributes)
        dataset.save_as(folder / f"{folder.name}_{index + 1:02d}.dcm", enforce_file_format=True)


def write_readers(volume: Volume, path: Path) -> None:
    """Write the readers' masks as NIfTI (.nii.gz), the readers along the fourth axis."""
    image = SimpleITK.GetImageFromArray(volume.masks.astype(np.uint8), isVector=False)
    image.SetSpacing((*volume.spacing_mm[::-1], 1.0))
    image.SetOrigin((*volume.origin_mm, 0.0))
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "readers.nii"
        SimpleITK.WriteImage(image, plain)
        content = bytearray(plain.read_bytes())
    described = f"{MARK}: simulated readers".encode().ljust(DESCRIP_BYTES, b"\0")
    content[DESCRIP_OFFSET : DESCRIP_OFFSET + DESCRIP_BYTES] = described
    path.write_bytes(gzip.compress(bytes(content), mtime=0))


_ABOUT: Mapping[str, Any] = {
    "SpecificCharacterSet": "ISO_IR 192",
    "SyntheticData": "YES",
    "ImageType": ["DERIVED", "SECONDARY", "AXIAL"],
    "DerivationDescription": "Computed phantom, not a patient",
    "Manufacturer": MARK,
    "ManufacturerModelName": "make_phantoms.py",
    "PatientName": "Synthetic^Phantom",
    "PatientID": "SYNTHETIC",
    "PatientBirthDate": "",
    "PatientSex": "",
    "QualityControlSubject": "YES",
    "QualityControlImage": "YES",
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
}


def _study(name: str) -> dict[str, Any]:
    return {
        "StudyInstanceUID": _uid(name, "study"),
        "SeriesInstanceUID": _uid(name, "series"),
        "FrameOfReferenceUID": _uid(name, "frame of reference"),
        "StudyID": "1",
        "SeriesNumber": 1,
        "SeriesDescription": f"{MARK} {name}",
        "StudyDescription": f"{MARK}: synthetic, not a patient",
        "PatientPosition": "HFS",
        **dict.fromkeys(("StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName"), ""),
        "PositionReferenceIndicator": "",
    }


def _plane(volume: Volume, index: int) -> dict[str, Any]:
    """Where slice `index` lies; axial, so the rows' and columns' directions are the patient's own axes."""
    x, y, z = volume.origin_mm
    return {
        "PixelSpacing": list(volume.spacing_mm[1:]),
        "SliceThickness": volume.spacing_mm[0],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [x, y, round(z + index * volume.spacing_mm[0], 6)],
        "SliceLocation": round(z + index * volume.spacing_mm[0], 6),
    }


def _image(volume: Volume, name: str, index: int) -> dict[str, Any]:
    stored = volume.pixels[index].astype("<u2")
    return {
        "SOPInstanceUID": _uid(name, "image", index),
        "InstanceNumber": index + 1,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": stored.tobytes(),
    }


def _set(dataset: Dataset, attributes: Mapping[str, Any]) -> None:
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)


def _file_meta(sop_class: UID, instance: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid("implementation")
    meta.ImplementationVersionName = "CONCORD_PHANTOM"
    return meta


_ROOT = uuid.uuid5(uuid.NAMESPACE_DNS, "phantoms.concord-viewer")


def _uid(*parts: str | int) -> UID:
    """Return the same UID for the same parts, under 2.25 (DICOM PS3.5 B.2: derived from a UUID)."""
    return UID(f"2.25.{uuid.uuid5(_ROOT, '/'.join(map(str, parts))).int}")
