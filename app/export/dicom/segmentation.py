"""Consensus as DICOM segmentations that other programs can open.

Nested levels overlap, and overlap is what other programs read worst; so the bands "exactly k of n readers" are
written, which do not, and of which every level "at least k" is a union.
"""

from dataclasses import dataclass, field
from typing import TypedDict

import highdicom as hd
import numpy as np
from highdicom.seg import Segmentation, SegmentDescription
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, ExplicitVRLittleEndian

from app.domain.arrays import AnyArray, BoolArray
from app.domain.geometry import Geometry
from app.export.dicom.image import MAKER
from app.export.dicom.privacy import Privacy, stand_in
from app.export.numbers import DISCLAIMER
from app.export.outcome import Outcome
from app.export.volumes import native_soft
from app.postprocess.native import native_levels, native_mask
from app.render import colours
from app.render.colours import Colour


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What every object of one export has in common.

    Attributes:
        outcome: the slice and its result.
        anchor: header of the image that they refer to.
        privacy: with the key of the stand-ins.
    """

    outcome: Outcome
    anchor: Dataset = field(repr=False)
    privacy: Privacy

    def tracking_uid(self, what: str) -> UID:
        """Return the UID of a thing that is the same from run to run of one model on one image."""
        made = self.outcome.result.provenance
        return stand_in(self.privacy, "tracking", str(self.anchor.SOPInstanceUID), made.weights_sha256, what)


def bands(source: Source, series: UID) -> Segmentation:
    """Return the disjoint bands "exactly k of n readers" as binary segments 1..n; an empty one has its frame too."""
    levels = np.stack(list(native_levels(source.outcome.result.findings, source.outcome.result.grid)))
    count = len(levels)
    inner = np.concatenate([levels[1:], np.zeros_like(levels[:1])])
    descriptions = [
        _description(source, level, f"Exactly {level} of {count} readers", colours.level_colour(level, count))
        for level in range(1, count + 1)
    ]
    return _segmentation(source, series, levels & ~inner, descriptions, "Consensus bands")


def accepted(source: Source, series: UID, *, refined: bool) -> Segmentation:
    """Return the one mask that stands for the result: "at least half of the readers", or that refined by a CRF."""
    label = accepted_label(source.outcome, refined=refined)
    description = _description(source, 1, label, colours.level_colour(1, 1))
    return _segmentation(source, series, accepted_mask(source.outcome, refined=refined)[None], [description], label)


def accepted_label(outcome: Outcome, *, refined: bool) -> str:
    """Name the accepted mask."""
    findings = outcome.result.findings
    suffix = ", refined by CRF" if refined and findings.refined is not None else ""
    return f"At least {findings.majority} of {findings.level_count} readers{suffix}"


def accepted_mask(outcome: Outcome, *, refined: bool) -> BoolArray:
    """Return the accepted mask (rows, columns) on the slice."""
    findings, grid = outcome.result.findings, outcome.result.grid
    if refined and findings.refined is not None:
        return native_mask(findings.refined, grid)
    return native_mask(findings.level_maps[findings.majority - 1], grid)


def soft(source: Source, series: UID) -> Segmentation:
    """Return the predicted share of readers as a fractional segment.

    The largest value is a multiple of the number of levels, so that every share k / n is stored exactly.
    """
    findings = source.outcome.result.findings
    shares = native_soft(findings, source.outcome.result.grid)
    most = findings.level_count * (_MOST // findings.level_count)
    description = _description(source, 1, "Predicted share of readers", colours.level_colour(1, 1))
    return _segmentation(source, series, shares[None], [description], "Soft map", most)


_MOST = 255
_DEFAULT_CODES = {
    "category": ["85756007", "SCT", "Tissue"],
    "type": ["85756007", "SCT", "Tissue"],
}


def segment_codes(outcome: Outcome) -> tuple[hd.sr.CodedConcept, hd.sr.CodedConcept]:
    """Return what the model outlines as coded category and type, from its card."""
    known = {} if outcome.card is None else outcome.card.facts.get("dicom", {})
    category, kind = ({**_DEFAULT_CODES, **known}[name] for name in ("category", "type"))
    return hd.sr.CodedConcept(*category), hd.sr.CodedConcept(*kind)


def algorithm_version(outcome: Outcome) -> str:
    """Return which weights, in which version of the program."""
    made = outcome.result.provenance
    return f"{made.version}, weights {made.weights_sha256[:12]}"


def _description(source: Source, number: int, label: str, colour: Colour) -> SegmentDescription:
    made, (category, kind) = source.outcome.result.provenance, segment_codes(source.outcome)
    return SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=category,
        segmented_property_type=kind,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=hd.AlgorithmIdentificationSequence(
            name=f"{MAKER} {made.model}",
            family=codes.DCM.ArtificialIntelligence,
            version=algorithm_version(source.outcome),
        ),
        tracking_uid=source.tracking_uid(label),
        tracking_id=label,
        display_color=hd.color.CIELabColor.from_rgb(*colour),
    )


def _segmentation(
    source: Source,
    series: UID,
    masks: AnyArray,
    descriptions: list[SegmentDescription],
    title: str,
    most: int | None = None,
) -> Segmentation:
    """Return masks (segments, rows, columns) as one object; a largest value makes it fractional."""
    kinds = hd.seg.SegmentationTypeValues
    segmentation = Segmentation(
        source_images=[source.anchor],
        pixel_array=np.moveaxis(masks, 0, -1)[None].astype(np.float32 if most else np.uint8),
        segmentation_type=kinds.FRACTIONAL if most else kinds.BINARY,
        segment_descriptions=descriptions,
        series_instance_uid=series,
        series_number=_SERIES_NUMBER,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        max_fractional_value=most or _MOST,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        omit_empty_frames=False,
        content_label="CONSENSUS",
        content_description=f"{title}. {DISCLAIMER}"[:_LONGEST_TEXT],
        series_description=f"{title}. {DISCLAIMER}"[:_LONGEST_TEXT],
        content_qualification=hd.ContentQualificationValues.RESEARCH,
        **maker(source.outcome),
    )
    if "FrameOfReferenceUID" not in source.anchor:
        segmentation.PatientOrientation = None
    _tell_slice_spacing(segmentation, source.outcome.case.geometry)
    return segmentation


def _tell_slice_spacing(segmentation: Segmentation, geometry: Geometry) -> None:
    """Put the true distance between slices, or none, in the place of the 1 mm that highdicom writes for one slice."""
    for measures in segmentation.SharedFunctionalGroupsSequence[0].get("PixelMeasuresSequence", ()):
        measures.pop("SpacingBetweenSlices", None)
        if geometry.slices_known:
            measures.SpacingBetweenSlices = float(f"{geometry.spacing_mm[0]:.8g}")


_SERIES_NUMBER = 101
_LONGEST_TEXT = 64


class Made(TypedDict):
    """What made an object, in highdicom's words."""

    manufacturer: str
    manufacturer_model_name: str
    software_versions: str
    device_serial_number: str


def maker(outcome: Outcome) -> Made:
    """Return what made an object, as highdicom's constructors take it."""
    made = outcome.result.provenance
    return {
        "manufacturer": MAKER,
        "manufacturer_model_name": f"{MAKER} {made.model}",
        "software_versions": made.version,
        "device_serial_number": made.weights_sha256[:16],
    }
