"""The middle slice first, then those around it, and whatever is asked for in between."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import generate_uid

from app.domain.errors import UnreadableFileError
from app.domain.reading import Arrived, Bad, Drafted, Fetch, Lost, News, Offered, Open, Opened, Pictured, Touching
from app.imaging.stream import serve
from tests.imaging.writers import write_dicom, write_stack

SEVEN = [[0.0, 0.0, 2.0 * k] for k in range(7)]


def _all(order: Open | Fetch) -> list[News]:
    return [news for news in serve(order) if not isinstance(news, Touching)]


def _indices(news: list[News]) -> list[int]:
    return [each.index for each in news if isinstance(each, Arrived | Lost)]


def test_the_case_comes_first_and_its_slices_from_the_middle_outwards(tmp_path: Path) -> None:
    news = _all(Open(write_stack(tmp_path / "series", SEVEN)))
    opened, *slices = news
    assert isinstance(opened, Opened)
    assert opened.case.slices == 7
    assert opened.case.geometry.slices_known
    assert opened.case.pixels.lacking() == tuple(range(7))
    assert _indices(slices) == [3, 2, 4, 1, 5, 0, 6]
    values = [each.slice.values[0, 0, 0] for each in slices if isinstance(each, Arrived)]
    assert values == [3, 2, 4, 1, 5, 0, 6]  # slice k holds k HU
    assert all(each.slice.stored.dtype == np.uint16 for each in slices if isinstance(each, Arrived))


def test_a_slice_that_is_asked_for_is_read_next_and_those_around_it_follow(tmp_path: Path) -> None:
    stream = serve(Open(write_stack(tmp_path / "series", SEVEN)))
    while not isinstance(next(stream), Arrived):
        pass
    seen = _indices([stream.send(6), *stream])
    assert seen.index(6) <= 1  # one slice was already under way
    assert seen.index(6) < seen.index(5) < seen.index(0)
    assert sorted(seen) == [0, 1, 2, 4, 5, 6]


def test_no_more_is_read_than_there_is_room_for(tmp_path: Path) -> None:
    """A slice of 4 x 5 pixels takes 40 bytes: 130 bytes hold three."""
    news = _all(Open(write_stack(tmp_path / "series", SEVEN), limit_bytes=130))
    assert _indices(news) == [3, 2, 4]


def test_slices_are_read_again_from_their_files(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", SEVEN)
    opened = _all(Open(folder))[0]
    assert isinstance(opened, Opened)
    again = _all(Fetch(opened.plan, (6, 0)))
    assert [each.slice.values[0, 0, 0] for each in again if isinstance(each, Arrived)] == [6, 0]
    (folder / "3.dcm").unlink()  # slice 6
    assert _all(Fetch(opened.plan, (6,))) == [Lost(6, "there is no such file")]


def test_a_volume_is_read_once_and_handed_out_again(tmp_path: Path) -> None:
    pixels = np.arange(60, dtype=np.uint16).reshape(3, 4, 5) + 1024
    path = write_dicom(tmp_path / "frames.dcm", pixels, NumberOfFrames=3)
    opened, *slices = _all(Open(path))
    assert isinstance(opened, Opened)
    assert not opened.plan.is_series
    assert _indices(slices) == [1, 0, 2]
    path.unlink()
    again = _all(Fetch(opened.plan, (2,)))
    assert isinstance(again[0], Arrived)
    np.testing.assert_array_equal(again[0].slice.values[..., 0], pixels[2] - 1024.0)
    Image.new("RGB", (9, 9), "red").save(tmp_path / "a.png")
    _all(Open(tmp_path / "a.png"))
    assert _all(Fetch(opened.plan, (2,))) == [Lost(2, "there is no such file or folder")]
    write_dicom(path, pixels[:2], NumberOfFrames=2)
    with pytest.raises(IndexError):
        _all(Fetch(opened.plan, (2,)))


def test_the_first_slice_that_can_be_read_is_shown_first_and_the_lost_one_is_told(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", SEVEN)
    damaged = folder / "6.dcm"  # slice 3, the middle one
    damaged.write_bytes(damaged.read_bytes()[:-10])
    opened, *rest = _all(Open(folder))
    assert isinstance(opened, Opened)
    assert _indices(rest)[0] == 2
    assert Lost(3, "its pixel data is cut short: 30 of 40 bytes") in rest


def test_several_series_are_offered_with_their_middle_slices(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", SEVEN, SeriesNumber=1)
    large = np.full((400, 200), 1100, np.uint16)
    write_dicom(folder / "b.dcm", large, SeriesInstanceUID=generate_uid(), SeriesNumber=2)
    broken = write_dicom(folder / "c.dcm", large, SeriesInstanceUID=generate_uid(), SeriesNumber=3)
    broken.write_bytes(broken.read_bytes()[:-10])
    offered, *pictures = _all(Open(folder))
    assert isinstance(offered, Offered)
    assert [offer.slices for offer in offered.offers] == [7, 1, 1]
    assert offered.largest == 0
    assert [each.index for each in pictures if isinstance(each, Pictured)] == [0, 1]
    first, second = (each for each in pictures if isinstance(each, Pictured))
    assert first.picture.values[0, 0, 0] == 3
    assert second.picture.stored.shape == (200, 100, 1)
    chosen = _all(Open(folder, files=offered.offers[1].files))
    assert isinstance(chosen[0], Opened)
    assert chosen[0].case.shape == (400, 200)
    assert chosen[0].case.notices == ()
    largest = _all(Open(folder, takes_largest=True))[0]
    assert isinstance(largest, Opened)
    assert largest.case.slices == 7


def test_several_files_are_the_series_that_they_make(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", SEVEN)
    opened = _all(Open(folder, files=(folder / "9.dcm", folder / "7.dcm", folder / "8.dcm")))[0]
    assert isinstance(opened, Opened)
    assert opened.case.slices == 3
    assert opened.case.geometry.slices_known


def test_of_several_pictures_one_is_opened_and_the_others_are_told(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a.png", "b.png", "c.png")]
    for name in names:
        Image.effect_noise((8, 8), 20).save(name)
    opened = _all(Open(tmp_path, files=tuple(names)))[0]
    assert isinstance(opened, Opened)
    assert opened.case.name == "a.png"
    assert opened.case.notices == ("One study is opened at a time: a.png is open, 2 other files are not.",)


def test_of_a_large_photograph_a_draft_comes_first_and_then_every_pixel(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.effect_noise((250, 170), 90).convert("RGB").resize((2500, 1700)).save(path)
    with Image.open(path) as picture:
        tinted = Image.merge("RGB", [picture.getchannel(0), *[Image.new("L", picture.size, 90)] * 2])
    tinted.save(path, quality=92)
    opened, drafted, arrived = _all(Open(path))
    assert isinstance(opened, Opened)
    assert isinstance(drafted, Drafted)
    assert drafted.draft.factor == 2
    assert isinstance(arrived, Arrived)
    with Image.open(path) as picture:
        np.testing.assert_array_equal(arrived.slice.stored, np.asarray(picture))
    again = _all(Fetch(opened.plan, (0,)))[0]
    assert isinstance(again, Arrived)
    assert again.slice.stored.shape == (1700, 2500, 3)


def test_a_file_on_which_a_decoder_broke_down_is_left_alone(tmp_path: Path) -> None:
    folder = write_stack(tmp_path / "series", SEVEN)
    bad = Bad(folder / "9.dcm", "its decoder crashed")
    opened = _all(Open(folder, bad=(bad,)))[0]
    assert isinstance(opened, Opened)
    assert opened.case.slices == 6
    assert opened.case.notices == ("6 opened, 1 skipped: 1 left out because its decoder crashed.",)
    with pytest.raises(UnreadableFileError, match=r"^Cannot open 9\.dcm: its decoder crashed\.$"):
        _all(Open(folder / "9.dcm", bad=(bad,)))


def test_a_chosen_series_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="the series cannot be read"):
        _all(Open(tmp_path, files=(tmp_path / "gone.dcm",)))


def test_masks_come_with_the_case_or_the_reason_why_they_do_not(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "mole.png")
    mask = tmp_path / "mole_seg1.png"
    Image.fromarray(np.eye(4, 5, dtype=np.uint8)).save(mask)
    beside = _all(Open(tmp_path / "mole.png"))[0]
    assert isinstance(beside, Opened)
    assert beside.beside == (mask,)
    given = _all(Open(tmp_path / "mole.png", references=(mask,)))[0]
    assert isinstance(given, Opened)
    assert given.case.references is not None
    assert given.case.references.masks.sum() == 4
    Image.new("L", (9, 9)).save(mask)
    unfit = _all(Open(tmp_path / "mole.png", references=(mask,)))[0]
    assert isinstance(unfit, Opened)
    assert unfit.case.references is None
    assert "9 x 9 pixels" in unfit.complaint


def test_a_series_is_read_without_loss_whatever_its_rescaling(tmp_path: Path) -> None:
    """0.5 x + 10 for one slice and 2 x - 3 for the other, as positron emission scanners write it."""
    plain = np.arange(20, dtype=np.uint16).reshape(4, 5)
    for index, (slope, intercept) in enumerate([(0.5, 10), (2, -3)]):
        where = [0.0, 0.0, 2.0 * index]
        name = tmp_path / f"{index}.dcm"
        write_dicom(name, plain, RescaleSlope=slope, RescaleIntercept=intercept, ImagePositionPatient=where)
    slices = {each.index: each.slice.values[..., 0] for each in _all(Open(tmp_path)) if isinstance(each, Arrived)}
    np.testing.assert_array_equal(slices[0], plain * 0.5 + 10)
    np.testing.assert_array_equal(slices[1], plain * 2.0 - 3)
