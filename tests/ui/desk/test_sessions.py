"""Session files: saved, opened again, moved, damaged."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.domain.stack import Stack
from app.ui.choice import Tone
from app.ui.desk.saved import halved
from app.ui.keeping import Keeping
from app.ui.session import Session
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, desk_of
from tests.ui.hands import drag, drop, sentences
from tests.ui.studies import CARDS, HandExport, HandWork, photograph, series, square

OpenStudy = Callable[[], None]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that the dialog answers with."""
    path = tmp_path / "mine.concord"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def save(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.kept, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def open_other(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.known, timeout=WAIT_MS):
        window.session.open_study(Path("lesion.jpg"))


def open_session(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(desk_of(window).sessions.restored, timeout=WAIT_MS):
        window.open_paths([path])


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


def test_results_are_not_shown_on_another_image(qtbot: QtBot, worked: MainWindow, work: HandWork, file: Path) -> None:
    save(qtbot, worked)
    open_other(qtbot, worked)
    pixels = np.full((5, 64, 64, 1), 7, np.float32)
    other = series()
    work.cases["series"] = type(other)(
        other.name, Stack.of(pixels), other.modality, other.geometry, other.unit, other.window
    )
    worked.open_paths([file])
    sentence = "This is not the image that the session was saved with; its results are not shown."
    qtbot.waitUntil(lambda: sentence in sentences(worked), timeout=WAIT_MS)
    assert worked.session.shown_run is None
    assert not worked.session.runs.kept


def test_a_damaged_session_is_one_sentence_and_what_is_open_stays(
    qtbot: QtBot, worked: MainWindow, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.concord"
    bad.write_bytes(b"nonsense")
    with qtbot.waitSignal(worked.session.message_raised, timeout=WAIT_MS):
        worked.open_paths([bad])
    assert sentences(worked)[-1] == "Cannot open bad.concord: it is damaged."
    assert worked.session.shown_run is not None


def change(file: Path, change: Callable[[Any], None]) -> None:
    """Change the text of a session file."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(members["session.json"])
    change(content)
    members["session.json"] = json.dumps(content).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _later(content: Any) -> None:
    content["version"] = 2


def _other_grid(content: Any) -> None:
    content["session"]["runs"][0]["result"]["grid"]["shape"] = [31, 32]


def _other_slice(content: Any) -> None:
    content["session"]["runs"][0]["slice_index"] = 77


def _no_view(content: Any) -> None:
    del content["session"]["view"]


def _text_for_array(content: Any) -> None:
    content["session"]["runs"][0]["result"]["samples"] = "none"


def _flat_window(content: Any) -> None:
    content["session"]["view"]["window"] = {"level": 1.0, "width": 0.0}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_later, "a later version of Concord wrote it"),
        (_other_grid, "it is damaged"),
        (_other_slice, "it is damaged"),
        (_no_view, "it is damaged"),
        (_text_for_array, "it is damaged"),
        (_flat_window, "it is damaged"),
    ],
)
def test_a_session_that_makes_no_sense_is_one_sentence(
    qtbot: QtBot, worked: MainWindow, file: Path, spoil: Callable[[Any], None], reason: str
) -> None:
    save(qtbot, worked)
    change(file, spoil)
    with qtbot.waitSignal(worked.session.message_raised, timeout=WAIT_MS):
        worked.open_paths([file])
    assert sentences(worked)[-1] == f"Cannot open mine.concord: {reason}."


def test_results_of_a_model_that_is_gone_are_left_out_and_that_is_said(
    qtbot: QtBot, worked: MainWindow, file: Path
) -> None:
    save(qtbot, worked)
    change(file, lambda content: content["session"]["runs"][0].update(model="old"))
    open_session(qtbot, worked, file)
    assert worked.session.shown_run is None
    assert "The results of the model old are not shown, for it is not installed any more." in sentences(worked)


def test_a_result_of_another_version_of_a_model_is_said_to_be_one(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    save(qtbot, worked)

    def other_weights(content: Any) -> None:
        content["session"]["runs"][0]["result"]["provenance"]["weights_sha256"] = "f" * 64

    change(file, other_weights)
    open_session(qtbot, worked, file)
    assert worked.session.shown_run is not None
    sentence = "The results of kidney came from another version of that model; run it again to compare."
    assert sentence in sentences(worked)


def test_what_a_part_cannot_take_is_said_and_the_rest_is_restored(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    save(qtbot, worked)
    change(file, lambda content: content["session"]["parts"].update(lost={}, notes={"text": 3}))
    open_session(qtbot, worked, file)
    assert "Parts of the session could not be restored: lost, notes." in sentences(worked)
    assert worked.session.shown_run is not None


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


def test_the_part_that_was_looked_at_comes_back(qtbot: QtBot, worked: MainWindow, file: Path) -> None:
    canvas = worked.canvas
    canvas.zoom(3)
    drag(qtbot, worked, Qt.MouseButton.LeftButton, QPoint(40, -30))
    before = canvas.camera
    assert before is not None
    save(qtbot, worked)
    open_other(qtbot, worked)
    open_session(qtbot, worked, file)
    after = canvas.camera
    assert after is not None
    assert after.scale == pytest.approx(before.scale)
    assert after.centre == pytest.approx(before.centre)
    change(file, lambda content: content["session"]["parts"]["camera"].update(centre=[1e9, 0]))
    open_session(qtbot, worked, file)
    assert "Parts of the session could not be restored: camera." in sentences(worked)
