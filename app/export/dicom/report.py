"""The numbers of a result as a DICOM structured report, TID 1500."""

from typing import TypeAlias

import highdicom as hd
from highdicom.seg import Segmentation
from highdicom.sr import CodedConcept, Measurement, TrackingIdentifier
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID

from app.domain.words import english
from app.export.dicom.image import MAKER
from app.export.dicom.segmentation import Source, accepted_label, accepted_mask, algorithm_version, maker, segment_codes
from app.export.numbers import DISCLAIMER
from app.postprocess.diameters import diameters
from app.postprocess.native import Area, measure
from app.render.legend import level_label


def report(source: Source, series: UID, segmentation: Segmentation, *, refined: bool) -> hd.sr.ComprehensiveSR:
    """Return the accepted mask's area and diameters, every level's area, and the GED or the diversity.

    Args:
        source: what the report is about.
        series: that it goes into.
        segmentation: of the accepted mask, as one segment.
        refined: whether that mask is the one refined by a CRF.
    """
    groups: list[_Group] = [
        _accepted_group(source, segmentation, refined=refined),
        *_level_groups(source),
        _samples_group(source),
    ]
    content = hd.sr.MeasurementReport(
        observation_context=_context(source),
        procedure_reported=codes.SCT.ImagingProcedure,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    _name_frames_only(content[0])
    return hd.sr.ComprehensiveSR(
        evidence=[source.anchor, segmentation],
        content=content,
        series_instance_uid=series,
        series_number=_SERIES_NUMBER,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        is_complete=True,
        series_description=f"Consensus measurements. {DISCLAIMER}",
        **maker(source.outcome),
    )


_Group: TypeAlias = (
    hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations
    | hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations
    | hd.sr.MeasurementsAndQualitativeEvaluations
)
_SERIES_NUMBER = 102
_SCHEME = "99CONCORD"
_PIXELS = CodedConcept("{pixels}", "UCUM", "pixels")
_NO_UNITS = CodedConcept("1", "UCUM", "no units")
_GED = CodedConcept("GED", _SCHEME, "Generalised energy distance, squared")
_DIVERSITY = CodedConcept("DIVERSITY", _SCHEME, "Sample diversity, mean 1 - IoU")
_SAMPLES = CodedConcept("SAMPLES", _SCHEME, "Number of samples")
_CORE = CodedConcept("CORE", _SCHEME, "Area that at least 90 % of the samples contain")
_OUTER = CodedConcept("OUTER", _SCHEME, "Area that at least 10 % of the samples contain")


def _context(source: Source) -> hd.sr.ObservationContext:
    """Say that a program observed, and which."""
    made = source.outcome.result.provenance
    return hd.sr.ObservationContext(
        observer_device_context=hd.sr.ObserverContext(
            observer_type=codes.DCM.Device,
            observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
                uid=source.tracking_uid("device"),
                name=f"{MAKER} {made.version}. {DISCLAIMER}",
                manufacturer_name=MAKER,
                model_name=made.model,
            ),
        )
    )


def _algorithm(source: Source) -> hd.sr.AlgorithmIdentification:
    made = source.outcome.result.provenance
    settings = {"system": made.system, "samples for each level": made.samples, "steps": made.steps, "seed": made.seed}
    return hd.sr.AlgorithmIdentification(
        name=f"{MAKER} {made.model}",
        version=algorithm_version(source.outcome),
        parameters=[f"{name}: {value}" for name, value in settings.items()],
    )


def _name_frames_only(item: Dataset) -> None:
    """Name a frame, and not its segment as well, which PS3.3 C.18.4 forbids; the mask has one of each."""
    for reference in item.get("ReferencedSOPSequence", []):
        if "ReferencedFrameNumber" in reference and "ReferencedSegmentNumber" in reference:
            del reference.ReferencedSegmentNumber
    for inner in item.get("ContentSequence", []):
        _name_frames_only(inner)


def _accepted_group(
    source: Source, segmentation: Segmentation, *, refined: bool
) -> hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    """Return the accepted mask's area and the diameters of its largest piece, tied to its segment."""
    outcome = source.outcome
    label = accepted_label(outcome, refined=refined)
    mask, pixel_mm = accepted_mask(outcome, refined=refined), outcome.case.geometry.pixel_mm
    area = int(mask.sum())
    per_pixel = outcome.case.geometry.pixel_area_mm2
    measured = [_area(Area(area, None if per_pixel is None else area * per_pixel))]
    across = diameters(mask, pixel_mm or (1.0, 1.0))
    if across is not None:
        unit = _PIXELS if pixel_mm is None else codes.UCUM.Millimeter
        measured += [
            Measurement(name=codes.SCT.LongAxis, value=_figure(across.largest), unit=unit),
            Measurement(name=codes.SCT.ShortAxis, value=_figure(across.perpendicular), unit=unit),
        ]
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=source.tracking_uid(label), identifier=label),
        referenced_segment=hd.sr.ReferencedSegmentationFrame(
            sop_class_uid=segmentation.SOPClassUID,
            sop_instance_uid=segmentation.SOPInstanceUID,
            frame_number=1,
            segment_number=1,
            source_image=hd.sr.SourceImageForSegmentation.from_source_image(source.anchor),
        ),
        finding_type=segment_codes(outcome)[1],
        algorithm_id=_algorithm(source),
        measurements=measured,
    )


def _level_groups(source: Source) -> list[hd.sr.MeasurementsAndQualitativeEvaluations]:
    """Return the area of each consensus level with the spread of its samples' areas."""
    outcome = source.outcome
    measured = measure(outcome.result.findings, outcome.result.grid, outcome.case.geometry)
    count, per_pixel = len(measured.levels), outcome.case.geometry.pixel_area_mm2
    groups = []
    for level, (area, spread) in enumerate(zip(measured.levels, measured.level_spreads_px, strict=True), start=1):
        deviation = Measurement(
            name=codes.SCT.Area,
            value=_figure(spread if per_pixel is None else spread * per_pixel),
            unit=_PIXELS if per_pixel is None else codes.UCUM.SquareMillimeter,
            derivation=codes.SCT.StandardDeviation,
        )
        groups.append(_group(source, english(level_label(level, count)), [_area(area), deviation]))
    return groups


def _samples_group(source: Source) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    """Return how far the samples agree with each other and, where there are any, with the readers."""
    findings = source.outcome.result.findings
    measured = measure(findings, source.outcome.result.grid, source.outcome.case.geometry)
    numbers = [
        Measurement(name=_SAMPLES, value=findings.sample_areas.size, unit=_NO_UNITS),
        Measurement(name=_DIVERSITY, value=_figure(findings.diversity), unit=_NO_UNITS),
        _area(measured.core, _CORE),
        _area(measured.outer, _OUTER),
    ]
    if findings.ged is not None:
        numbers.append(Measurement(name=_GED, value=_figure(findings.ged), unit=_NO_UNITS))
    return _group(source, "All samples", numbers)


def _group(source: Source, label: str, measurements: list[Measurement]) -> hd.sr.MeasurementsAndQualitativeEvaluations:
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=source.tracking_uid(f"numbers of {label}"), identifier=label),
        source_images=[hd.sr.SourceImageForMeasurementGroup.from_source_image(source.anchor)],
        finding_type=segment_codes(source.outcome)[1],
        measurements=measurements,
    )


def _area(area: Area, name: CodedConcept | None = None) -> Measurement:
    named = codes.SCT.Area if name is None else name
    if area.mm2 is None:
        return Measurement(name=named, value=area.px, unit=_PIXELS)
    return Measurement(name=named, value=_figure(area.mm2), unit=codes.UCUM.SquareMillimeter)


def _figure(value: float) -> float:
    """Return a number that fits into the sixteen characters of a decimal string."""
    return float(f"{value:.8g}")
