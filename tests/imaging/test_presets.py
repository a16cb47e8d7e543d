"""The windows that a header proposes, by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.domain.case import Preset, Window
from app.imaging.dicom import read_dicom
from app.imaging.presets import TABLE_AS_WINDOW
from tests.imaging.writers import item, write_dicom

RAMP = np.arange(1000, 1020, dtype=np.uint16).reshape(4, 5)
RISING = (np.arange(200) * 100).astype(np.uint16)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (
            {"WindowCenter": [40, 300], "WindowWidth": [400, 1500], "WindowCenterWidthExplanation": ["SOFT", "BONE"]},
            [("SOFT", 40, 400), ("BONE", 300, 1500)],
        ),
        ({"WindowCenter": [40, 300], "WindowWidth": [400, 1500]}, [("", 40, 400), ("", 300, 1500)]),
        ({"WindowCenter": [40, 300], "WindowWidth": [400]}, [("", 40, 400)]),
        ({"WindowCenter": [40, 300], "WindowWidth": [0, 1500]}, [("", 300, 1500)]),
        (
            {"WindowCenter": 40, "WindowWidth": 400, "WindowCenterWidthExplanation": " a\nb" + 60 * "c"},
            [("ab" + 60 * "c", 40, 400)],
        ),
        ({}, []),
    ],
)
def test_every_usable_window_is_kept_with_its_name(
    tmp_path: Path, elements: dict[str, Any], expected: list[tuple[str, float, float]]
) -> None:
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, **elements))
    assert case.presets == tuple(Preset(name, Window(level, width)) for name, level, width in expected)
    if expected:
        assert case.window == case.presets[0].window


def test_a_table_becomes_the_range_over_which_it_rises(tmp_path: Path) -> None:
    """100 grey levels a step from -24 on: 2 % of the range lie below step 4, 98 % below step 195."""
    table = item(LUTDescriptor=[200, 0, 16], LUTData=RISING.tobytes(), LUTExplanation="film")
    table["LUTDescriptor"].VR = "SS"
    table.LUTDescriptor = [200, -24, 16]
    case = read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, VOILUTSequence=[table]))
    assert [preset.name for preset in case.presets] == ["film"]
    assert (case.presets[0].window.low, case.presets[0].window.high) == (-20, 171)
    assert TABLE_AS_WINDOW in case.notices


def test_a_window_is_preferred_to_a_table(tmp_path: Path) -> None:
    table = item(LUTDescriptor=[200, 0, 16], LUTData=RISING.tobytes())
    path = write_dicom(tmp_path / "a.dcm", RAMP, VOILUTSequence=[table], WindowCenter=40, WindowWidth=400)
    case = read_dicom(path)
    assert case.window == Window(40, 400)
    assert len(case.presets) == 2
    assert TABLE_AS_WINDOW not in case.notices


@pytest.mark.parametrize("entries", [RISING[::-1], np.full(200, 7, np.uint16)])
def test_a_table_that_does_not_rise_is_left_out(tmp_path: Path, entries: Any) -> None:
    table = item(LUTDescriptor=[200, 0, 16], LUTData=entries.tobytes())
    assert read_dicom(write_dicom(tmp_path / "a.dcm", RAMP, VOILUTSequence=[table])).presets == ()


def test_presets_are_turned_round_with_the_values(tmp_path: Path) -> None:
    """Stored 0..65535 are turned round to 65535..0; with an intercept of -1024 a level of 40 was stored as 1064."""
    path = write_dicom(
        tmp_path / "a.dcm", RAMP, PhotometricInterpretation="MONOCHROME1", WindowCenter=[40, 50], WindowWidth=[4, 5]
    )
    presets = read_dicom(path).presets
    assert [preset.window for preset in presets] == [Window(65535 - 1064 - 1024, 4), Window(65535 - 1074 - 1024, 5)]


def test_a_real_file_s_two_windows_are_kept(data_folder: Path) -> None:
    case = read_dicom(data_folder / "readers" / "other" / "pydicom__examples_overlay.dcm")
    assert len(case.presets) >= 1
    assert any("overlays" in notice for notice in case.notices)
