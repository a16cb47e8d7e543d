"""The words on and around the picture; no widget, so that each can be tested by itself."""

from app.domain.case import Case, Modality
from app.domain.geometry import Geometry
from app.domain.model import ModelCard
from app.domain.view import View
from app.ui.frames import Frame

NOT_DIAGNOSTIC = "Not for diagnostic use"
_PLANES = ("Sagittal", "Coronal", "Axial")
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
    if not fault and case.pixels.draft(slice_index) is not None:
        return ""
    return f"Slice {slice_index + 1} cannot be read: {fault}." if fault else f"Slice {slice_index + 1} is being read …"


def plane(geometry: Geometry) -> str:
    """Return the plane that the slices lie in, by their normal; "Slice" where that is not known."""
    if not geometry.in_plane_known:
        return "Slice"
    _, down, right = geometry.directions
    normal = (
        right[1] * down[2] - right[2] * down[1],
        right[2] * down[0] - right[0] * down[2],
        right[0] * down[1] - right[1] * down[0],
    )
    return _PLANES[max(range(3), key=lambda axis: abs(normal[axis]))]


def edge_letters(geometry: Geometry) -> tuple[str, str, str, str]:
    """Return the patient's side at the left, right, top and bottom edge; oblique sides get two letters ("AL")."""
    if not geometry.in_plane_known:
        return "", "", "", ""
    _, down, right = geometry.directions
    return _side(right, -1), _side(right, 1), _side(down, -1), _side(down, 1)


def window_text(case: Case, view: View) -> str:
    """Return for example "W 350  L 40 HU"; empty where pixels are shown as they are."""
    if view.window is None:
        return ""
    unit = f" {case.unit}" if case.unit else ""
    return f"W {_number(view.window.width)}   L {_number(view.window.level)}{unit}"


def size_text(case: Case) -> str:
    """Return the picture's size, with the pixel spacing where it can be trusted."""
    rows, columns = case.shape
    spacing = case.geometry.pixel_mm
    if spacing is None:
        return f"{columns} × {rows} px, size not calibrated"
    if abs(spacing[0] - spacing[1]) < 1e-3 * spacing[0]:
        return f"{columns} × {rows} px of {spacing[0]:.3g} mm"
    return f"{columns} × {rows} px of {spacing[1]:.3g} × {spacing[0]:.3g} mm"


def samples_text(drawn: int, asked: int) -> str:
    """Return how many samples were drawn, and of how many where the soft map settled before."""
    return f"{drawn} of {asked} (settled)" if drawn < asked else f"{drawn}"


def modality_text(case: Case) -> str:
    """Return what kind of picture it is."""
    return {Modality.DERMOSCOPY: "Dermoscopy", Modality.OTHER: "Other picture"}.get(case.modality, case.modality.value)


def pixel_text(case: Case, view: View, frame: Frame | None, row: float, column: float) -> str:
    """Say what lies under a place on the slice; empty outside it."""
    at = round(row), round(column)
    rows, columns = case.shape
    if not (0 <= at[0] < rows and 0 <= at[1] < columns):
        return ""
    parts = [f"row {at[0] + 1}, column {at[1] + 1}", value_text(case, view.slice_index, at)]
    if frame is not None and not view.hidden:
        parts += _agreement_parts(frame, row, column)
    return "   ·   ".join(parts)


def value_text(case: Case, slice_index: int, at: tuple[int, int]) -> str:
    """Return a pixel's value with its unit."""
    single = case.pixels.take(slice_index)
    if single is None:
        return "not read yet"
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
    return f"{number} ± {spread:.0f} {unit}" if "." not in number else f"{number} ± {spread:.2g} {unit}"


def level_text(level: int, of: int) -> str:
    """Name a consensus level."""
    if level == of:
        return f"all {of} readers" if of > 1 else "the reader"
    return f"at least {level} of {of}"


def readers_text(card: ModelCard) -> str:
    """Say whose outlines a model learnt."""
    people = "1 reader" if card.readers == 1 else f"{card.readers} readers"
    return f"{people} (simulated)" if card.simulated_readers else people


def mismatch_text(card: ModelCard, case: Case) -> str:
    """Warn where a model did not learn from pictures of this kind; empty where it did."""
    if card.modality is case.modality:
        return ""
    learnt = {Modality.DERMOSCOPY: "dermoscopy pictures", Modality.OTHER: "other pictures"}
    trained = learnt.get(card.modality, f"{card.modality.value} images")
    opened = {Modality.DERMOSCOPY: "a dermoscopy picture", Modality.OTHER: "of another or unknown kind"}
    here = opened.get(
        case.modality, f"a {case.modality.value} image" if case.modality is Modality.CT else "an MR image"
    )
    return f"Trained on {trained}, but the open image is {here}: expect wrong outlines."


def time_left_text(progress: float, elapsed_s: float) -> str:
    """Say how long a run will still take, from its share done."""
    if progress < _EARLY[0] or elapsed_s < _EARLY[1]:
        return "estimating the time left …"
    left = elapsed_s * (1 - progress) / progress
    if left < 1:
        return "less than 1 s left"
    return f"about {left:.0f} s left" if left < _LONGEST_IN_SECONDS else f"about {left / 60:.0f} min left"


def _agreement_parts(frame: Frame, row: float, column: float) -> list[str]:
    where = frame.grid.from_native(row, column)
    at = round(where[0]), round(where[1])
    if not (frame.samples and 0 <= at[0] < frame.grid.shape[0] and 0 <= at[1] < frame.grid.shape[1]):
        return []
    inside = round(float(frame.findings.agreement[at]) * frame.samples)
    levels = round(float(frame.findings.soft[at]) * frame.findings.level_count)
    parts = [f"inside {inside} of {frame.samples} samples"]
    if frame.findings.level_count > 1:
        parts.append(f"level {levels} of {frame.findings.level_count}" if levels else "below level 1")
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
