"""The guards of `conftest` do fail a test that leaves something alive."""

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

CARELESS = """
import multiprocessing, threading, time
import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QLabel
import tests.conftest
from tests.conftest import _leaves_nothing_alive

tests.conftest.GRACE_S = 0.2
kept, stop = [], threading.Event()

@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    stop.set()
    for thread in kept:
        if isinstance(thread, QThread):
            thread.quit()
            thread.wait()

def test_thread():
    threading.Thread(target=stop.wait, args=[10], name="forgotten").start()

def test_process():
    multiprocessing.get_context("spawn").Process(target=time.sleep, args=[10], name="forgotten").start()

def test_window(qtbot):
    kept.append(QLabel("forgotten"))

def test_qthread(qtbot):
    kept.append(QThread())
    kept[-1].start()

def test_tidy(qtbot):
    label = QLabel("added")
    qtbot.addWidget(label)
    label.show()
    thread = threading.Thread(target=time.sleep, args=[0.05])
    thread.start()
"""


def test_each_guard_fails_the_test_that_was_careless(tmp_path: Path) -> None:
    careless = tmp_path / "test_careless.py"
    careless.write_text(CARELESS, encoding="utf-8")
    options = ["-q", "-rA", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(careless)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    blamed = set(re.findall(r"^ERROR \S+::test_(\w+)", run.stdout, re.MULTILINE))
    assert blamed == {"thread", "process", "window", "qthread"}, run.stdout
    assert "5 passed, 4 errors" in run.stdout
