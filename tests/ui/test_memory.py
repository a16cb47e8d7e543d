"""What is set lasts, and a damaged file does no harm."""

from pathlib import Path

import psutil
import pytest
from app.ui.memory import MemoryLimit
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.domain.errors import MissingSliceError
from app.ui.window import MainWindow
from tests.ui.studies import series


def test_a_quarter_of_the_memory_is_the_default(tmp_path: Path) -> None:
    quarter = psutil.virtual_memory().total / 4 / 2**20
    assert MemoryLimit().megabytes == pytest.approx(max(quarter, 128), abs=1)
    assert MemoryLimit(tmp_path / "none.ini").megabytes == MemoryLimit().megabytes


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    MemoryLimit(tmp_path / "a.ini").set_megabytes(777)
    assert MemoryLimit(tmp_path / "a.ini").megabytes == 777


def test_a_damaged_file_gives_the_default(tmp_path: Path) -> None:
    (tmp_path / "a.ini").write_text("[General]\nmemory_mb=plenty\n")
    assert MemoryLimit(tmp_path / "a.ini").megabytes == MemoryLimit().megabytes


def test_the_window_asks_for_the_memory_and_obeys_at_once(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_args: (256, True))
    window.ask_memory()
    assert window.memory.megabytes == 256
    assert window.session.files.limit_bytes == 256 << 20
    assert window.session.case is not None
    assert window.session.case.pixels.limit_bytes == 256 << 20
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_args: (512, False))
    window.ask_memory()
    assert window.memory.megabytes == 256


def test_a_smaller_limit_is_kept_from_the_next_slice_on() -> None:
    stack = series().pixels
    stack.limit_bytes = 64 * 64
    stack.put(0, stack.packed(0))
    assert stack.held_bytes == 64 * 64
    with pytest.raises(MissingSliceError):
        stack.packed(4)
