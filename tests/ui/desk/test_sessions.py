"""Session files: saved, opened again, moved, damaged."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.domain.measure import Kind, Measurement
from app.ui.choice import Tone
from app.ui.desk.saved import halved
from app.ui.keeping import Keeping
from app.ui.session import Session
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of, open_other, open_session, save
from tests.ui.hands import drop, sentences
from tests.ui.studies import CARDS, HandExport, HandWork, photograph, series, square


def test_a_session_is_saved_and_opened_again_with_its_result(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    session = worked.session
    session.set_window(Window(10, 20))
    before, found = session.view, worked.session.shown_run
    assert found is not None
    assert found.result is not None
    save(qtbot, worked)
    assert sentences(worked)[-1].startswith("Saved mine.concord.")
    open_other(qtbot, worked)
    assert not session.runs.kept
    assert desk_of(worked).notes.words == ""
    open_session(qtbot, worked, file)
    again = session.shown_run
    assert session.view == before
    assert session.view.slice_index == 1
    assert again is not None
    assert again.result is not None
    np.testing.assert_array_equal(again.result.samples, found.result.samples)
    np.testing.assert_array_equal(again.result.findings.levels, found.result.findings.levels)
    assert again.result.findings.level_areas == found.result.findings.level_areas
    assert again.result.provenance == found.result.provenance
    assert desk_of(worked).notes.words == "Ask again"
    assert session.can_export
    assert sentences(worked)[-1].startswith("The session of ")


def test_save_writes_to_the_same_file_without_asking_again(
    qtbot: QtBot, worked: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(qtbot, worked)
    first = file.read_bytes()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("nobody asked"))
    qtbot.keyClicks(desk_of(worked).notes.panel.text, " in May")
    save(qtbot, worked)
    assert file.read_bytes() != first
    with zipfile.ZipFile(file) as archive:
        content = json.loads(archive.read("session.json"))
    assert content["session"]["parts"]["notes"]["text"] == "Ask again in May"


def test_the_file_names_the_place_of_the_study_and_holds_none_of_its_pixels(
    qtbot: QtBot, worked: MainWindow, file: Path, study: Path
) -> None:
    save(qtbot, worked)
    with zipfile.ZipFile(file) as archive:
        content = json.loads(archive.read("session.json"))
        shapes = [np.load(archive.open(name)).shape for name in archive.namelist() if name.endswith(".npy")]
    assert content["format"] == "concord-session"
    assert content["session"]["source"] == {"path": str(study), "files": [], "masks": []}
    assert (64, 64) not in [shape[-2:] for shape in shapes]  # the network's maps have 32 x 32


def test_a_dropped_session_is_restored(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    save(qtbot, worked)
    open_other(qtbot, worked)
    with qtbot.waitSignal(desk_of(worked).sessions.restored, timeout=WAIT_MS):
        drop(worked, file.name, folder=str(file.parent))
    assert worked.session.shown_run is not None


def test_the_ged_is_taken_against_the_masks_that_are_open(
    qtbot: QtBot, window: MainWindow, study: Path, file: Path
) -> None:
    masks = study.with_name("reader_seg.png")
    masks.touch()
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(study, [masks])
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    run = window.session.shown_run
    assert run is not None
    assert run.final is not None
    ged = run.final.findings.ged
    assert ged is not None
    save(qtbot, window)
    open_other(qtbot, window)
    open_session(qtbot, window, file)
    assert window.session.case is not None
    assert window.session.case.references is not None

    def ged_now() -> float | None:
        frame = window.session.frame
        return None if frame is None else frame.findings.ged

    qtbot.waitUntil(lambda: ged_now() == pytest.approx(ged), timeout=WAIT_MS)


def test_what_was_found_of_readers_comes_back_with_them(
    qtbot: QtBot, window: MainWindow, study: Path, file: Path
) -> None:
    """Beside the same masks it is shown again; the choice to start from the image alone is kept, too."""
    masks = study.with_name("reader_seg.png")
    masks.touch()
    calibrating = replace(CARDS[0], takes_readers=True)
    window.session.cards = (calibrating,)
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(study, [masks])
    window.session.choose(window.session.choice.with_model(calibrating))
    with qtbot.waitSignal(window.session.run_finished, timeout=WAIT_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_R)
    window.session.choose(replace(window.session.choice, calibrate=False))

    def expertness() -> tuple[float, ...]:
        frame = window.session.frame
        return () if frame is None or frame.calibration is None else frame.calibration.expertness

    before = expertness()
    assert len(before) == 2
    save(qtbot, window)
    open_other(qtbot, window)
    assert expertness() == ()
    open_session(qtbot, window, file)
    qtbot.waitUntil(lambda: expertness() == before, timeout=WAIT_MS)
    assert not window.session.choice.calibrate


def test_a_study_that_moved_with_its_session_is_found(
    qtbot: QtBot, worked: MainWindow, file: Path, study: Path
) -> None:
    save(qtbot, worked)
    open_other(qtbot, worked)
    study.rename(file.with_name("series"))
    open_session(qtbot, worked, file)
    assert worked.session.source == file.with_name("series")


def test_where_the_study_is_gone_the_user_can_say_where_it_is(
    qtbot: QtBot, worked: MainWindow, file: Path, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(qtbot, worked)
    open_other(qtbot, worked)
    there = study.parent / "archive" / "series"
    there.parent.mkdir()
    study.rename(there)
    window = worked
    window.open_paths([file])
    sentence = "series, the study of this session, is not where it was."
    qtbot.waitUntil(lambda: sentence in sentences(window), timeout=WAIT_MS)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(there), ""))
    row = next(row for row in window.messages.rows if row.message.text == sentence)
    assert row.offer_button is not None
    with qtbot.waitSignal(desk_of(window).sessions.restored, timeout=WAIT_MS):
        row.offer_button.click()
    assert window.session.source == there


def test_nothing_open_is_nothing_to_save(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert sentences(window) == ["Open a study first: a session is what you do with it."]


def test_a_place_that_cannot_be_written_to_is_said(
    qtbot: QtBot, worked: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "nowhere" / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(there), ""))
    with qtbot.waitSignal(worked.session.message_raised, timeout=WAIT_MS) as told:
        desk_of(worked).sessions.save()
    assert told.args is not None
    assert told.args[0].text == "Cannot write mine.concord: its folder does not exist."
    assert told.args[0].tone is Tone.ERROR
    assert desk_of(worked).sessions.path is None


def test_another_study_is_no_part_of_the_session_before(
    qtbot: QtBot, worked: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(qtbot, worked)
    before = file.read_bytes()
    open_other(qtbot, worked)
    asked: list[str] = []

    def ask(*arguments: Any) -> tuple[str, str]:
        asked.append(arguments[2])
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    desk_of(worked).sessions.save()
    assert [Path(place).name for place in asked] == ["lesion.concord"]
    assert file.read_bytes() == before


def test_a_second_window_opens_what_the_first_has_saved(
    qtbot: QtBot, worked: MainWindow, file: Path, study: Path
) -> None:
    save(qtbot, worked)
    other = MainWindow(Session(CARDS, HandWork({"series": series()})), exporter=HandExport())
    with qtbot.waitSignal(desk_of(other).sessions.restored, timeout=WAIT_MS):
        other.open_paths([file])
    assert other.session.source == study
    assert other.session.view.soft
    other.close()
    other.deleteLater()


def test_samples_keep_their_side_of_the_cut_in_half_the_bytes() -> None:
    just_below = np.nextafter(np.float32(0.5), np.float32(0))
    samples = np.array([[[[0, just_below], [0.5, 0.25]]]], np.float32)
    half = halved(samples)
    assert half.dtype == np.float16
    assert (half >= 0.5).tolist() == (samples >= 0.5).tolist() == [[[[False, False], [True, False]]]]
    assert halved(square(4, 2)).dtype == np.bool_


def test_two_parts_cannot_be_kept_under_one_name(window: MainWindow) -> None:
    keeping = Keeping()
    keeping.add("notes", desk_of(window).notes)
    with pytest.raises(ValueError, match="two parts want to be kept as 'notes'"):
        keeping.add("notes", desk_of(window).notes)


def test_a_photograph_has_no_window_to_restore(qtbot: QtBot, worked: MainWindow, file: Path, tmp_path: Path) -> None:
    lesion = tmp_path / "lesion.jpg"
    lesion.touch()
    with qtbot.waitSignal(desk_of(worked).sessions.known, timeout=WAIT_MS):
        worked.session.open_study(lesion)
    save(qtbot, worked)
    open_session(qtbot, worked, file)
    assert worked.session.view.window is None
    assert worked.session.case is not None
    assert worked.session.case.shape == photograph().shape


def test_a_session_that_is_being_written_is_whole_though_the_window_closes(
    qtbot: QtBot, worked: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "seg.concord"  # a name that a mask might have
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    desk_of(worked).sessions.save()
    worked.close()
    assert path.is_file()
    other = MainWindow(Session(CARDS, HandWork({"series": series()})), exporter=HandExport())
    open_session(qtbot, other, path)
    other.close()
    other.deleteLater()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_measurement_is_opened_again_with_its_session(
    qtbot: QtBot, worked: MainWindow, file: Path, kind: Kind
) -> None:
    places = tuple((4.0 * number, 3.0 + number**2) for number in range(kind.places or 5))
    line = Measurement(kind, 1, places)
    worked.session.set_view(replace(worked.session.view, measurements=(line,)))
    save(qtbot, worked)
    open_other(qtbot, worked)
    open_session(qtbot, worked, file)
    assert worked.session.view.measurements == (line,)
