"""The benchmark measures what it says; how fast the computer is, no test can know."""

import pytest

from app.cli import bench, main
from app.cli.measured import Measured
from app.places import resources_folder

SMALL = ("--slices", "6", "--megapixels", "5")


def test_a_line_gives_median_range_and_target() -> None:
    line = str(Measured("cancel", (0.3, 0.1, 0.2), "s", 0.5))
    assert "0.200 s" in line
    assert "(0.100 .. 0.300)" in line
    assert "target <= 0.5" in line


def test_everything_is_measured_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine cold and warm, cancel, gaps and memory, opening and scrolling, and a page of a small image."""
    monkeypatch.setattr(bench, "PAGE_PIXELS", (300, 200))
    assert main(["bench", "--repeat", "1", "--device", "cpu", "--model", "dermoscopy", *SMALL]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 20
    for word in (
        "cold engine",
        "warm engine",
        "full default run",
        "cancel",
        "99th percentile",
        "longest gap",
        "memory",
        "bare SimpleITK",
        "first is painted",
        "all are there",
        "while scrolling",
        "5 megapixels: until a draft is painted",
        "5 megapixels: until all of it",
    ):
        assert any(word in line for line in said)


def test_readers_masks_are_calibrated_where_they_are_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("window_lines", "opening_lines", "sheet_lines"):
        monkeypatch.setattr(bench, part, lambda *_: ())
    masks = resources_folder() / "samples" / "mr_newborn_seg.nii.gz"
    asked = ["bench", "--repeat", "1", "--device", "cpu", "--model", "calidiff-brain", "--reference", str(masks)]
    assert main(asked) == 0
    assert "calibrating 7 readers" in capsys.readouterr().out
