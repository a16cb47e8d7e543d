"""Session files that are damaged, of another image, or of another program: one sentence each."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.stack import Stack
from app.ui.window import MainWindow
from tests.ui.desk.conftest import WAIT_MS, open_other, open_session, save
from tests.ui.hands import drag, sentences
from tests.ui.studies import HandWork, series


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
