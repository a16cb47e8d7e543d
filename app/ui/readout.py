"""The words on and around the picture; no widget, so that each can be tested by itself."""

from app.domain.case import Case, Modality
from app.domain.geometry import Geometry
from app.domain.model import ModelCard
from app.domain.view import View
from app.domain.words import mark, tr
from app.ui.frames import Frame

DOT = "   ·   "
NOT_DIAGNOSTIC = mark("Not for diagnostic use")
_PLANES = (mark("Sagittal"), mark("Coronal"), mark("Axial"))
_ENDS = (("L", "R"), ("P", "A"), ("S", "I"))  # of the axes x, y, z of DICOM's patient space
_CLEAR_SHARE = 0.35
_EARLY = (0.03, 0.3)  # share done and seconds before which a guess of the time left would jump about
_LONGEST_IN_SECONDS = 90
_WHOLE_FROM = 100


def slice_text(case: Case, slice_index: int) -> str:
    """Return for example "Axial 12 / 48", counted from 1; empty for a single picture."""
    if case.slices == 1:
        return ""
    return f"{plane(case.geometry)} {slice_index + 1} / {case.slices}"


def absence_text(case: Case, slice_index: int) -> str:
    """Say why a slice cannot be seen; empty where it can."""
    if case.pixels.has(slice_index):
        return ""
    fault = case.pixels.fault(slice_index)
    if fault:
        return tr("Slice {n} cannot be read: {fault}.").format(n=slice_index + 1, fault=fault)
    if case.pixels.draft(slice_index) is not None:
        return ""
    return tr("Slice {n} is being read …").format(n=slice_index + 1)


def plane(geometry: Geometry) -> str:
    """Return the plane that the slices lie in, by their normal; "Slice" where that is not known."""
    if not geometry.orientation_known:
        return tr("Slice")
    _, down, right = geometry.directions
    normal = (
        right[1] * down[2] - right[2] * down[1],
        right[2] * down[0] - right[0] * down[2],
        right[0] * down[1] - right[1] * down[0],
    )
    return tr(_PLANES[max(range(3), key=lambda axis: abs(normal[axis]))])


def edge_letters(geometry: Geometry) -> tuple[str, str, str, str]:
    """Return the patient's side at the left, right, top and bottom edge; oblique sides get two letters ("AL")."""
    if not geometry.orientation_known:
        return "", "", "", ""
    _, down, right = geometry.directions
    return _side(right, -1), _side(right, 1), _side(down, -1), _side(down, 1)


def window_text(case: Case, view: View) -> str:
    """Return for example "W 350  L 40 HU"; empty where pixels are shown as they are."""
    if view.window is None:
        return ""
    unit = f" {case.unit}" if case.unit else ""
    text = tr("W {width}   L {level}").format(width=_number(view.window.width), level=_number(view.window.level))
    return f"{text}{unit}"


def size_text(case: Case) -> str:
    """Return the picture's size, with the pixel spacing where it can be trusted."""
    rows, columns = case.shape
    spacing = case.geometry.pixel_mm
    if spacing is None:
        return tr("{n} × {m} px, size not calibrated").format(n=columns, m=rows)
    size = f"{spacing[1]:.3g} × {spacing[0]:.3g}"
    if abs(spacing[0] - spacing[1]) < 1e-3 * spacing[0]:
        size = f"{spacing[0]:.3g}"
    text = tr("{n} × {m} px of {size} mm")
    if case.geometry.is_marked:
        text = tr("{n} × {m} px of {size} mm, marked by the reader")
    return text.format(n=columns, m=rows, size=size)


def samples_text(drawn: int, asked: int) -> str:
    """Return how many samples were drawn, and of how many where the soft map settled before."""
    return tr("{n} of {m} (settled)").format(n=drawn, m=asked) if drawn < asked else f"{drawn}"


def modality_text(case: Case) -> str:
    """Return what kind of picture it is."""
    return {Modality.DERMOSCOPY: tr("Dermoscopy"), Modality.OTHER: tr("Other picture")}.get(
        case.modality, case.modality.value
    )


def pixel_text(case: Case, view: View, frame: Frame | None, row: float, column: float) -> str:
    """Say what lies under a place on the slice; empty outside it."""
    at = round(row), round(column)
    rows, columns = case.shape
    if not (0 <= at[0] < rows and 0 <= at[1] < columns):
        return ""
    where = tr("row {row}, column {column}").format(row=at[0] + 1, column=at[1] + 1)
    parts = [where, value_text(case, view.slice_index, at)]
    if frame is not None and not view.hidden:
        parts += _agreement_parts(frame, row, column)
    parts.append(position_text(case.geometry, view.slice_index, at))
    return DOT.join(part for part in parts if part)


def position_text(geometry: Geometry, slice_index: int, at: tuple[int, int]) -> str:
    """Return where a pixel lies in the patient ("R 12.3  A 4.0  S 110.5 mm"); empty where that is not known."""
    if not (geometry.orientation_known and geometry.in_plane_known and geometry.slices_known):
        return ""
    steps = [index * size for index, size in zip((slice_index, *at), geometry.spacing_mm, strict=True)]
    place = [
        start + sum(step * way[axis] for step, way in zip(steps, geometry.directions, strict=True))
        for axis, start in enumerate(geometry.origin_mm)
    ]
    said = (f"{ends[0 if at >= 0 else 1]} {abs(at):.1f}" for ends, at in zip(_ENDS, place, strict=True))
    return "  ".join(said) + " mm"


def value_text(case: Case, slice_index: int, at: tuple[int, int]) -> str:
    """Return a pixel's value with its unit."""
    single = case.pixels.take(slice_index)
    if single is None:
        return tr("not read yet")
    values = single.values_at(*at)
    if case.is_colour:
        return "RGB " + " ".join(str(int(value)) for value in values)
    return f"{_number(values[0])} {case.unit}".rstrip()


def area_text(area_px: float, geometry: Geometry) -> str:
    """Return an area of the slice, in mm² where the spacing can be trusted."""
    pixel = geometry.pixel_area_mm2
    if pixel is None:
        return f"{_grouped(area_px)} px"
    return f"{_grouped(area_px * pixel)} mm²"


def spread_text(area_px: float, spread_px: float, geometry: Geometry) -> str:
    """Return an area and its standard deviation, with the unit once and no more digits than the area has."""
    number, unit = area_text(area_px, geometry).rsplit(" ", 1)
    spread = spread_px * (geometry.pixel_area_mm2 or 1)
    said = f"{spread:.2g}" if "." in number else f"{spread:,.0f}".replace(",", "\u2009")
    return f"{number} ± {said} {unit}"


def level_text(level: int, of: int) -> str:
    """Name a consensus level."""
    if level == of:
        return tr("all {n} readers").format(n=of) if of > 1 else tr("the reader")
    return tr("at least {n} of {m}").format(n=level, m=of)


def readers_text(card: ModelCard) -> str:
    """Say whose outlines a model learnt."""
    people = tr("1 reader") if card.readers == 1 else tr("{n} readers").format(n=card.readers)
    return tr("{readers} (simulated)").format(readers=people) if card.simulated_readers else people


def mismatch_text(card: ModelCard, case: Case) -> str:
    """Warn where a model did not learn from pictures of this kind; empty where it did."""
    if card.modality is case.modality:
        return ""
    learnt = {Modality.DERMOSCOPY: tr("dermoscopy pictures"), Modality.OTHER: tr("other pictures")}
    trained = learnt.get(card.modality, tr("{kind} images").format(kind=card.modality.value))
    opened = {Modality.DERMOSCOPY: tr("a dermoscopy picture"), Modality.OTHER: tr("of another or unknown kind")}
    here = opened.get(case.modality, tr("a CT image") if case.modality is Modality.CT else tr("an MR image"))
    said = tr("Trained on {trained}, but the open image is {here}: expect wrong outlines.")
    return said.format(trained=trained, here=here)


def time_left_text(progress: float, elapsed_s: float) -> str:
    """Say how long a run will still take, from its share done."""
    if progress < _EARLY[0] or elapsed_s < _EARLY[1]:
        return tr("estimating the time left …")
    left = elapsed_s * (1 - progress) / progress
    if left < 1:
        return tr("less than 1 s left")
    if left < _LONGEST_IN_SECONDS:
        return tr("about {n} s left").format(n=f"{left:.0f}")
    return tr("about {n} min left").format(n=f"{left / 60:.0f}")


def _agreement_parts(frame: Frame, row: float, column: float) -> list[str]:
    where = frame.grid.from_native(row, column)
    at = round(where[0]), round(where[1])
    if not (frame.samples and 0 <= at[0] < frame.grid.shape[0] and 0 <= at[1] < frame.grid.shape[1]):
        return []
    inside = round(float(frame.findings.agreement[at]) * frame.samples)
    levels = round(float(frame.findings.soft[at]) * frame.findings.level_count)
    parts = [tr("inside {n} of {m} samples").format(n=inside, m=frame.samples)]
    if frame.findings.level_count > 1:
        level = tr("level {n} of {m}").format(n=levels, m=frame.findings.level_count)
        parts.append(level if levels else tr("below level 1"))
    return parts


def _side(direction: tuple[float, ...], sign: int) -> str:
    strongest = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    letters = [_ENDS[axis][0 if direction[axis] * sign > 0 else 1] for axis in strongest]
    clear = [abs(direction[axis]) >= _CLEAR_SHARE for axis in strongest]
    return "".join(letter for letter, is_clear in zip(letters[:2], clear, strict=False) if is_clear)


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= _WHOLE_FROM or value == round(value) else f"{value:.3g}"


def _grouped(value: float) -> str:
    """Return a number with thin spaces between thousands."""
    return (f"{value:,.0f}" if value >= _WHOLE_FROM else f"{value:.3g}").replace(",", "\u2009")
