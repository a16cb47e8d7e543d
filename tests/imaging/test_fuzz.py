"""Thousands of damaged files: none crashes, hangs, takes memory beyond measure or ends in anything but a sentence."""

from multiprocessing import Pipe
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="memory cannot be bounded here")

from tests.fuzz import trial
from tests.fuzz.damage import damaged
from tests.fuzz.trial import OPENED, REFUSED, Report, outcome_of, try_all, watch

COUNT = 5600
TASKS = [("png", 1), ("png", 2), ("png", 3)]


def test_damaged_files_open_or_are_refused_in_a_sentence(tmp_path: Path) -> None:
    report = try_all(tmp_path, COUNT)
    assert report.problems == []
    assert report.opened + report.refused == COUNT
    assert min(report.opened, report.refused) > COUNT // 10  # damage of both kinds: slight and grave


def test_equal_seeds_do_equal_harm() -> None:
    content = bytes(range(256)) * 4
    assert damaged(content, 7) == damaged(content, 7)
    assert len({damaged(content, seed) for seed in range(50)}) > 45


def test_a_crash_is_noted_and_the_next_file_goes_on() -> None:
    report = Report()
    ours, theirs = Pipe()
    theirs.send(OPENED)
    theirs.close()
    assert watch(ours, TASKS, report) == 2
    assert (report.opened, report.problems) == (1, ["png 2: crash"])


def test_a_hang_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LIMIT_S", 0.05)
    report = Report()
    ours, theirs = Pipe()
    theirs.send(REFUSED)
    assert watch(ours, TASKS, report) == 2
    assert (report.refused, report.problems) == (1, ["png 2: longer than 0.05 s"])
    theirs.close()


def test_anything_but_a_sentence_is_noted(tmp_path: Path) -> None:
    assert outcome_of(tmp_path / "gone.png", None) == REFUSED
    assert outcome_of(tmp_path / "two\nlines.png", None).startswith("not a fit sentence")
    assert outcome_of(None, None).startswith("AttributeError")  # type: ignore[arg-type]
