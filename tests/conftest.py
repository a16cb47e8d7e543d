"""What every test relies on: Qt without a display, the real data, and nothing left alive behind a test."""

import gc
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ["LC_ALL"] = "C.UTF-8"  # the window speaks English, whatever the user does
_HOME = tempfile.TemporaryDirectory()
os.environ["CONCORD_HOME"] = _HOME.name  # nothing of a user's own settings and keys is touched

ROOT = Path(__file__).parent.parent
GRACE_S = 2.0


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of real images, CONCORD_DATA or shared/data beside the repository."""
    folder = Path(os.environ.get("CONCORD_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real data is not here: set CONCORD_DATA to its folder")
    return folder


@pytest.fixture(autouse=True)
def _leaves_nothing_alive(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a process or, where it used Qt, a QThread or a window behind."""
    kinds: dict[str, Callable[[], set[Any]]] = {"thread": _threads, "process": _processes}
    if {"qtbot", "qapp"} & set(request.fixturenames):
        kinds |= {"window": _windows, "QThread": _qthreads}
    before = {kind: alive() for kind, alive in kinds.items()}
    yield
    left = {kind: _outlasting(alive, before[kind]) for kind, alive in kinds.items()}
    for process in left["process"]:
        process.kill()
    if any(left.values()):
        pytest.fail("the test left alive: " + ", ".join(f"{kind} {these}" for kind, these in left.items() if these))


def _outlasting(alive: Callable[[], set[Any]], before: set[Any]) -> set[Any]:
    """Return what is alive, was not before, and does not end within a moment."""
    deadline = time.monotonic() + GRACE_S
    while (left := alive() - before) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _threads() -> set[Any]:
    """Return Python's threads; those that Qt made and tqdm's own monitor are not a test's to end."""
    return {
        thread
        for thread in threading.enumerate()
        if not thread.name.startswith("Dummy-") and type(thread).__name__ != "TMonitor"
    }


def _processes() -> set[Any]:
    return set(multiprocessing.active_children())


def _windows() -> set[Any]:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {widget for widget in QApplication.topLevelWidgets() if widget.parent() is None}


def _qthreads() -> set[Any]:
    """Return the running QThreads that Python made; Qt keeps no list of them."""
    if "PySide6.QtCore" not in sys.modules:
        return set()
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    made = [thing for thing in gc.get_objects() if type(thing).__mro__.count(QThread) and isValid(thing)]
    return {thread for thread in made if thread.isRunning()}
