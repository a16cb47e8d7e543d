"""Photographs as Pillow writes them."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.domain.case import Modality
from app.domain.errors import UnreadableFileError
from app.imaging.dermoscopy import draft_photograph
from app.imaging.read import read_case

RGB = np.random.default_rng(0).integers(0, 256, (6, 9, 3), np.uint8)
ORIENTATION = 0x0112  # EXIF tag


@pytest.mark.parametrize("suffix", ["png", "tif", "dat"])
def test_colour_is_dermoscopy(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(RGB).save(path, format="TIFF" if suffix == "tif" else "PNG")
    case = read_case(path)
    assert case.modality is Modality.DERMOSCOPY
    assert case.window is None
    assert case.geometry.pixel_mm is None
    assert not case.synthetic
    assert case.notices == ()
    np.testing.assert_array_equal(case.pixels.whole(), RGB[None])


@pytest.mark.parametrize("value", [1, 3, 6, 8])
def test_the_camera_s_orientation_is_obeyed(tmp_path: Path, value: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    Image.fromarray(RGB).save(tmp_path / "a.png", exif=exif)
    # EXIF 2.32: 3 = turn by 180, 6 = turn clockwise by 90, 8 = turn counter-clockwise by 90 to see it upright
    quarter_turns = {1: 0, 3: 2, 6: -1, 8: 1}[value]
    np.testing.assert_array_equal(read_case(tmp_path / "a.png").pixels[0], np.rot90(RGB, quarter_turns))


def test_a_jpeg_is_read(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), (200, 160, 150)).save(tmp_path / "a.jpg")
    case = read_case(tmp_path / "a.jpg")
    assert case.pixels.shape == (1, 30, 40, 3)
    assert np.abs(case.pixels.whole().reshape(-1, 3).mean(0) - (200, 160, 150)).max() < 3


def test_alpha_is_dropped(tmp_path: Path) -> None:
    alpha = np.zeros((6, 9, 1), np.uint8)
    Image.fromarray(np.concatenate([RGB, alpha], -1)).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_case(tmp_path / "a.png").pixels[0], RGB)


@pytest.mark.parametrize(
    ("stored", "values"),
    [
        (np.array([[0, 255], [7, 8]], np.uint8), [[0, 255], [7, 8]]),
        (np.array([[0, 65535], [700, 8]], np.uint16), [[0, 65535], [700, 8]]),
        (np.array([[0.5, -1.5], [7, 8]], np.float32), [[0.5, -1.5], [7, 8]]),
        (np.array([[[9, 9, 9], [8, 8, 8]], [[7, 7, 7], [6, 6, 6]]], np.uint8), [[9, 8], [7, 6]]),
    ],
)
def test_grey_keeps_its_values(tmp_path: Path, stored: Any, values: list[list[float]]) -> None:
    Image.fromarray(stored).save(tmp_path / "a.tif")
    case = read_case(tmp_path / "a.tif")
    assert case.modality is Modality.OTHER
    assert case.window is not None
    assert case.pixels.whole().dtype == np.float32
    assert case.pixels.whole()[0, ..., 0].tolist() == values


def test_a_palette_and_grey_with_alpha_are_read(tmp_path: Path) -> None:
    Image.fromarray(RGB).convert("P").save(tmp_path / "a.png")
    assert read_case(tmp_path / "a.png").is_colour
    Image.new("LA", (3, 2), (90, 0)).save(tmp_path / "b.png")
    assert read_case(tmp_path / "b.png").pixels.whole()[0, ..., 0].tolist() == [[90] * 3] * 2


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_the_pages_of_a_tiff_are_slices(tmp_path: Path, kind: Any) -> None:
    stack = np.arange(3 * 4 * 5).reshape(3, 4, 5).astype(kind) * 4
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    case = read_case(tmp_path / "a.tif")
    assert case.notices == ()
    np.testing.assert_array_equal(case.pixels.whole()[..., 0], stack)


def test_of_pages_that_differ_the_first_is_open_and_that_is_told(tmp_path: Path) -> None:
    first, second = Image.fromarray(RGB), Image.fromarray(RGB[:3])
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second])
    case = read_case(tmp_path / "a.tif")
    assert case.notices == ("The file holds 2 pages; the first is open.",)
    np.testing.assert_array_equal(case.pixels.whole(), RGB[None])


def test_zero_is_shown_black_where_the_file_means_white(tmp_path: Path) -> None:
    stored = np.array([[0, 65535], [700, 8]], np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="miniswhite")
    np.testing.assert_array_equal(read_case(tmp_path / "a.tif").pixels.whole()[0, ..., 0], 65535 - stored.astype(int))


def test_sixteen_bit_colour_keeps_its_upper_byte(tmp_path: Path) -> None:
    rgb = (np.arange(60, dtype=np.uint16) * 1000).reshape(4, 5, 3)
    tifffile.imwrite(tmp_path / "a.tif", rgb, photometric="rgb")
    np.testing.assert_array_equal(read_case(tmp_path / "a.tif").pixels[0], rgb // 256)


@pytest.mark.parametrize(("suffix", "options"), [("webp", {"lossless": True}), ("bmp", {})])
def test_webp_and_bmp_are_read(tmp_path: Path, suffix: str, options: dict[str, Any]) -> None:
    Image.fromarray(RGB).save(tmp_path / f"a.{suffix}", **options)
    np.testing.assert_array_equal(read_case(tmp_path / f"a.{suffix}").pixels.whole(), RGB[None])


def test_heic_is_read_by_its_extra(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), (200, 160, 150))).save(tmp_path / "a.heic", quality=95)
    case = read_case(tmp_path / "a.heic")
    assert case.pixels.shape == (1, 48, 64, 3)
    assert np.abs(case.pixels.whole().reshape(-1, 3).mean(0) - (200, 160, 150)).max() < 3


def test_without_its_extra_heic_is_refused_and_the_extra_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "a.heic").write_bytes(bytes(3) + b"\x18ftypheic" + bytes(40))
    with pytest.raises(UnreadableFileError, match=r"needs the extra part `heic` of Concord"):
        read_case(tmp_path / "a.heic")


def test_our_phantoms_are_known_by_their_mark(tmp_path: Path) -> None:
    mark = PngInfo()
    mark.add_text("Synthetic", "yes")
    Image.fromarray(RGB).save(tmp_path / "a.png", pnginfo=mark)
    assert read_case(tmp_path / "a.png").synthetic


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_a_cut_photograph_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableFileError, match=rf"Cannot open a\.{suffix}: "):
        read_case(path)


def test_a_picture_of_absurd_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    Image.fromarray(RGB).save(tmp_path / "a.png")
    with pytest.raises(UnreadableFileError, match="it has too many pixels"):
        read_case(tmp_path / "a.png")


def _smooth(columns: int, rows: int) -> Image.Image:
    coarse = np.random.default_rng(0).integers(60, 220, (20, 30, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((columns, rows), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(("orientation", "shape"), [(1, (1700, 2501)), (6, (2501, 1700))])
def test_a_draft_is_the_picture_averaged_over_squares(tmp_path: Path, orientation: int, shape: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    _smooth(2501, 1700).save(tmp_path / "a.jpg", quality=95, exif=exif)
    found = draft_photograph(tmp_path / "a.jpg")
    full = read_case(tmp_path / "a.jpg")
    assert found is not None
    case, draft = found
    assert case.pixels.shape == full.pixels.shape == (1, *shape, 3)
    assert case.pixels.lacking() == (0,)
    assert (case.name, case.modality, case.notices) == (full.name, full.modality, full.notices)
    assert draft.factor == 2
    assert draft.stored.shape == (-(-shape[0] // 2), -(-shape[1] // 2), 3)
    averaged = full.pixels[0][: shape[0] // 2 * 2, : shape[1] // 2 * 2].reshape(shape[0] // 2, 2, shape[1] // 2, 2, 3)
    apart = np.abs(draft.stored[: shape[0] // 2, : shape[1] // 2] - averaged.mean(axis=(1, 3)))
    assert apart.mean() < 2
    assert apart.max() < 16


def test_there_is_a_draft_of_large_jpegs_in_colour_only(tmp_path: Path) -> None:
    large, small = _smooth(2600, 1700), _smooth(600, 400)
    large.save(tmp_path / "large.png", compress_level=1)
    small.save(tmp_path / "small.jpg")
    large.convert("L").save(tmp_path / "grey.jpg")
    large.convert("L").convert("RGB").save(tmp_path / "grey_as_colour.jpg")
    large.save(tmp_path / "cut.jpg")
    whole = (tmp_path / "cut.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    for path in sorted(tmp_path.iterdir()):
        assert draft_photograph(path) is None, path.name
    assert draft_photograph(tmp_path) is None


def test_what_a_library_prints_of_a_damaged_file_does_not_get_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tif"
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    Image.fromarray(noise).save(path, compression="tiff_lzw")
    damaged = bytearray(path.read_bytes())
    damaged[200:3000:97] = bytes(255 - byte for byte in damaged[200:3000:97])
    path.write_bytes(damaged)
    with pytest.raises(UnreadableFileError):
        read_case(path)
    assert capfd.readouterr().err == ""
    with pytest.raises(OSError, match="decoder error"), Image.open(path) as picture:
        picture.load()
    assert capfd.readouterr().err != ""  # libtiff has its say, and the terminal is as it was
