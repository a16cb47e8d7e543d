"""The composed sheet as a DICOM secondary capture, which every archive and viewer shows."""

import highdicom as hd
from highdicom.sc import SCImage
from pydicom import DataElement
from pydicom.uid import UID, ExplicitVRLittleEndian

from app.domain.arrays import ByteArray
from app.export.dicom.anchor import source_reference
from app.export.dicom.segmentation import Source, maker
from app.export.numbers import DISCLAIMER


def capture(source: Source, series: UID, sheet: ByteArray) -> SCImage:
    """Return a picture (rows, columns, 3) as an image of the source's study.

    It is marked as bearing burned-in text, which it does, so that no one takes it for cleaned.
    """
    image = SCImage.from_ref_dataset(
        ref_dataset=source.anchor,
        pixel_array=sheet,
        photometric_interpretation=hd.PhotometricInterpretationValues.RGB,
        bits_allocated=8,
        coordinate_system=hd.CoordinateSystemNames.PATIENT,
        patient_orientation=("L", "P"),
        series_instance_uid=series,
        series_number=_SERIES_NUMBER,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description=f"Consensus sheet. {DISCLAIMER}",
        **maker(source.outcome),
    )
    image.BurnedInAnnotation = "YES"
    for keyword in ("PatientOrientation", "Laterality"):
        image[keyword] = DataElement(keyword, "CS", None)  # a page with text and pictures has none
    image.SourceImageSequence = source_reference(source.anchor)
    return image


_SERIES_NUMBER = 103
