"""Masks that a reader drew as a DICOM segmentation."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import highdicom as hd
import numpy as np
from highdicom.seg import Segmentation, SegmentDescription
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

import app
from app.domain.case import Case
from app.domain.errors import OutputError
from app.domain.scale import without_scale
from app.domain.words import tr
from app.export.dicom.anchor import anchor_of, needs_renaming, rename
from app.export.dicom.image import MAKER, new_image
from app.export.dicom.origin import Origin, at_hand, find_origin, headers, is_lossy
from app.export.dicom.privacy import Privacy, hide_moment, mark_deidentified, refuse_nobody
from app.export.dicom.write import quiet, save
from app.export.numbers import DISCLAIMER
from app.export.outcome import OneSlice
from app.export.saving import Saving
from app.render import colours


def write_segmentation(order: Saving) -> None:
    """Write one reader's masks as a binary segmentation of the marked slices.

    An identified one refers to the source's own images. A de-identified one refers to the stand-ins of those images,
    the same that every other export has for them, and lies where they lie.

    Raises:
        OutputError: nothing is marked, nothing can refer to the source, or it names no patient to keep.
        UnreadableFileError: the source's files are not as they were.
    """
    order = replace(order, case=without_scale(order.case))
    marked = np.flatnonzero(order.masks.any(axis=(1, 2))).tolist()
    if not marked:
        raise OutputError(tr("Nothing is marked yet, so there is no segmentation to write."))
    with quiet():
        anchors, origins = zip(*_anchors(order, marked), strict=True)
        try:
            segmentation = _segmentation(order, list(anchors), marked)
        except (ValueError, AttributeError, TypeError) as error:
            raise OutputError(
                tr("These images cannot be referred to by one segmentation; save it as NIfTI.")
            ) from error
        for origin in origins:
            if origin is not None and not order.deidentified and needs_renaming(origin):
                rename(segmentation, origin)
        if order.deidentified:
            mark_deidentified(segmentation)
            hide_moment(segmentation)
        save(order.path, segmentation, overwrite=order.overwrite)


_SERIES_NUMBER = 102
_LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True, eq=False)
class _DrawnSlice(OneSlice):
    """One marked slice.

    Attributes:
        case: reduced to the slice.
        slices: of the whole case.
        slice_index: the slice's place in it.
    """

    case: Case = field(repr=False)
    slices: int
    slice_index: int


def _anchors(order: Saving, marked: list[int]) -> Iterator[tuple[Dataset, Origin | None]]:
    """Yield for each marked slice the header of the image to refer to, and where that came from."""
    privacy = Privacy(order.deidentified, order.key)
    with at_hand(order.source) as place:
        found = list(headers(place))
        for index in marked:
            single = _DrawnSlice(order.case.only(index), order.case.slices, index)
            origin = find_origin(place, single, found)
            refuse_nobody(origin, privacy)
            if origin is not None and not order.deidentified:
                yield anchor_of(origin, privacy), origin
            else:
                yield new_image(single, origin, privacy, lossy=is_lossy(place, origin)), origin


def _segmentation(order: Saving, anchors: list[Dataset], marked: list[int]) -> Segmentation:
    title = f"Reader's outline. {DISCLAIMER}"
    kinds = hd.seg.SegmentAlgorithmTypeValues
    description = SegmentDescription(
        segment_number=1,
        segment_label="Reader's outline",
        segmented_property_category=codes.SCT.Tissue,
        segmented_property_type=codes.SCT.Tissue,
        algorithm_type=kinds.SEMIAUTOMATIC if order.copied else kinds.MANUAL,
        algorithm_identification=_algorithm() if order.copied else None,
        display_color=hd.color.CIELabColor.from_rgb(*colours.drawn_colour(0)),
    )
    segmentation = Segmentation(
        source_images=anchors,
        pixel_array=order.masks[marked].astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[description],
        series_instance_uid=hd.UID(),
        series_number=_SERIES_NUMBER,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        omit_empty_frames=False,
        content_label="READER",
        content_description=f"{order.provenance}."[:_LONGEST_TEXT],
        series_description=title[:_LONGEST_TEXT],
        content_qualification=hd.ContentQualificationValues.RESEARCH,
        manufacturer=MAKER,
        manufacturer_model_name=MAKER,
        software_versions=app.__version__,
        device_serial_number=app.__version__,
    )
    if "FrameOfReferenceUID" not in anchors[0]:
        segmentation.PatientOrientation = None
    return segmentation


def _algorithm() -> hd.AlgorithmIdentificationSequence:
    return hd.AlgorithmIdentificationSequence(
        name=f"{MAKER}, edited by a reader", family=codes.DCM.ArtificialIntelligence, version=app.__version__
    )
