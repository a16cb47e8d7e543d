"""The start page, and what is remembered of studies."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.domain.case import Case, Modality, Window
from app.domain.geometry import Geometry
from app.domain.stack import Stack
from app.ui import dialogs
from app.ui.desk.recents import MOST, Recents
from app.ui.desk.samples import SAMPLES, Sample
from app.ui.desk.start_page import StartPage
from app.ui.desk.thumbnails import png_of, thumbnail
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of
from tests.ui.hands import drop, sentences
from tests.ui.studies import HandWork, photograph, series


def page_of(window: MainWindow) -> StartPage:
    return desk_of(window).welcome.page


def remembered(qtbot: QtBot, window: MainWindow, count: int) -> None:
    qtbot.waitUntil(lambda: page_of(window).recent.count() == count, timeout=WAIT_MS)


def test_an_empty_window_welcomes_and_an_open_one_shows_the_picture(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None]
) -> None:
    assert page_of(window).isVisible()
    assert not window.canvas.isVisible()
    assert not window.model.isVisible()
    open_study()
    assert window.canvas.isVisible()
    assert window.model.isVisible()
    assert window.step_bar.isVisible()
    remembered(qtbot, window, 1)


def test_files_can_be_dropped_on_it(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        drop(window, "lesion.jpg")
    assert window.canvas.isVisible()


def test_while_a_file_is_being_opened_that_is_said_and_a_failure_leads_back(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.slow.clear()
    window.session.open_study(Path("nothing.png"))
    assert window.canvas.isVisible()
    work.slow.set()
    qtbot.waitUntil(lambda: bool(sentences(window)), timeout=WAIT_MS)
    assert page_of(window).isVisible()


def test_its_buttons_ask_what_to_open(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_folder", lambda *_: None)
    monkeypatch.setattr(dialogs, "ask_file", lambda *_: Path("lesion.jpg"))
    page_of(window).open_folder.click()
    assert window.session.case is None
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        page_of(window).open_file.click()
    assert window.session.source == Path("lesion.jpg")


def test_a_sample_opens_with_its_readers_and_the_model_made_for_it(
    qtbot: QtBot, window: MainWindow, work: HandWork
) -> None:
    work.cases["ct_kidney"] = series()
    samples = page_of(window).samples
    assert samples.count() == len(SAMPLES) == 3
    samples.setFocus()
    samples.setCurrentRow(1)
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        qtbot.keyClick(samples, Qt.Key.Key_Return)
    assert work.opened[-1].path == SAMPLES["ct"].path
    assert work.opened[-1].references == SAMPLES["ct"].references
    assert window.session.choice.card is not None
    assert window.session.choice.card.name == "kidney"
    assert not list(Recents().load())  # the phantoms are on the page in any case


@pytest.mark.parametrize("sample", SAMPLES.values())
def test_the_samples_are_there_with_their_pictures(sample: Sample) -> None:
    assert sample.path.exists()
    assert all(path.exists() for path in sample.references)
    picture = QImage(str(sample.preview))
    assert max(picture.width(), picture.height()) == 128


def test_what_was_opened_is_offered_at_the_next_start(
    qtbot: QtBot, window: MainWindow, open_study: Callable[[], None], study: Path, home: Path
) -> None:
    open_study()
    remembered(qtbot, window, 1)
    kept = json.loads((home / "recent" / "recent.json").read_text())
    assert [entry["path"] for entry in kept] == [str(study)]
    assert {path.stat().st_mode & 0o777 for path in (home / "recent").iterdir()} == {0o600}
    entries = [entry.text() for entry in desk_of(window).welcome.menu.actions()]
    assert entries == ["series", "", "Remember recent studies", "Forget recent studies"]


def test_a_recent_study_opens_from_the_page_and_from_the_menu(qtbot: QtBot, window: MainWindow, study: Path) -> None:
    welcome = desk_of(window).welcome
    welcome.remember(study, photograph())
    remembered(qtbot, window, 1)
    assert welcome.page.recent.item(0).text() == "series"
    recent = welcome.page.recent
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        place = recent.visualItemRect(recent.item(0)).center()
        qtbot.mouseClick(recent.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(recent.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.session.source == study
    remembered(qtbot, window, 1)
    with qtbot.waitSignal(window.session.case_changed, timeout=WAIT_MS):
        welcome.menu.actions()[0].trigger()


def test_a_study_that_is_gone_is_said_to_be(qtbot: QtBot, window: MainWindow, study: Path, tmp_path: Path) -> None:
    welcome = desk_of(window).welcome
    welcome.remember(study, series())
    remembered(qtbot, window, 1)
    study.unlink()
    welcome.remember(tmp_path, series())
    remembered(qtbot, window, 2)
    assert welcome.page.recent.item(1).text() == "series\nnot found"
    assert not welcome.menu.actions()[1].isEnabled()


def test_the_list_can_be_forgotten_and_switched_off(
    qtbot: QtBot, window: MainWindow, study: Path, home: Path, open_study: Callable[[], None]
) -> None:
    welcome = desk_of(window).welcome
    welcome.remember(study, series())
    remembered(qtbot, window, 1)
    welcome.page.forget_button.click()
    remembered(qtbot, window, 0)
    assert not list((home / "recent").glob("*"))
    assert not welcome.page.recent.isVisible()
    keep = next(entry for entry in welcome.menu.actions() if entry.isCheckable())
    assert keep.isChecked()
    keep.trigger()
    open_study()
    qtbot.wait(200)
    assert welcome.page.recent.count() == 0
    assert not list((home / "recent").glob("*"))


def test_no_more_than_twelve_are_remembered_and_no_picture_of_others_stays(home: Path, tmp_path: Path) -> None:
    recents = Recents()
    for number in range(MOST + 3):
        recents.add(tmp_path / f"{number}.png", b"png")
    kept = recents.load()
    assert [recent.path.name for recent in kept] == [f"{number}.png" for number in range(MOST + 2, 2, -1)]
    assert len(list((home / "recent").glob("*.png"))) == MOST


def test_a_damaged_list_is_an_empty_one(home: Path, tmp_path: Path) -> None:
    recents = Recents()
    recents.add(tmp_path, b"png")
    (home / "recent" / "recent.json").write_text('[{"path": 3}]')
    assert recents.load() == ()
    assert [recent.path for recent in recents.add(tmp_path, b"png")] == [tmp_path]


def test_where_nothing_can_be_kept_the_list_is_empty(home: Path, tmp_path: Path) -> None:
    home.touch()
    assert Recents().load() == ()
    assert Recents().add(tmp_path, b"png") == ()
    Recents().forget()


def test_thumbnails_keep_the_shape_of_the_body() -> None:
    """64 rows of 1 mm and 32 columns of 0.5 mm: four times as high as wide."""
    pixels = np.zeros((1, 64, 32, 1), np.float32)
    pixels[0, :32] = 100
    geometry = Geometry(spacing_mm=(1.0, 1.0, 0.5), in_plane_known=True)
    case = Case("a", Stack.of(pixels), Modality.MR, geometry, window=Window(50, 100))
    picture = thumbnail(case)
    assert (picture.width(), picture.height()) == (32, 128)
    assert picture.pixelColor(16, 10).red() == 255
    assert picture.pixelColor(16, 118).red() == 0
    assert QImage.fromData(png_of(picture)).size() == picture.size()


def test_a_large_photograph_becomes_a_small_picture() -> None:
    case = Case("a", Stack.of(np.full((1, 3000, 4000, 3), (200, 160, 150), np.uint8)), Modality.DERMOSCOPY)
    picture = thumbnail(case)
    assert (picture.width(), picture.height()) == (128, 96)
    assert picture.pixelColor(60, 60) == QColor(200, 160, 150)
