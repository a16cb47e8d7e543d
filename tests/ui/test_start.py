"""The whole product at work: real processes, a real model, a bundled phantom."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.domain.errors import AppError
from app.domain.reading import Open
from app.places import resources_folder
from app.ui import start
from app.ui.choice import Tone
from app.ui.worker import Lane
from tests.conftest import ROOT
from tests.ui.studies import HandWork, series

OFFSCREEN_CANNOT = "This plugin does not support propagateSizeHints()"
SAMPLES = resources_folder() / "samples"


@pytest.mark.usefixtures("qapp")
def test_a_phantom_is_opened_run_and_written(tmp_path: Path) -> None:
    masks = [SAMPLES / "mr_newborn_seg.nii.gz"]
    written = start.demonstrate_offscreen(SAMPLES / "mr_newborn", masks, "brain-growth", tmp_path / "out")
    assert [path.name for path in written] == ["window.png", "annotated.png", "result.json"]
    with Image.open(written[0]) as screenshot:
        assert screenshot.size == (1280, 800)
    with Image.open(written[1]) as annotated:
        assert "Not for diagnostic use" in annotated.text["Disclaimer"]  # type: ignore[attr-defined]
    numbers = json.loads(written[2].read_text(encoding="utf-8"))
    assert numbers["ged"]["value"] if isinstance(numbers["ged"], dict) else numbers["ged"]


@pytest.mark.usefixtures("qapp")
def test_what_cannot_be_opened_ends_the_demonstration_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(AppError, match=r"Cannot open empty\.png: it is empty"):
        start.demonstrate_offscreen(tmp_path / "empty.png", [], "brain-growth", tmp_path / "out")


def test_damaged_model_cards_are_said_in_the_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "broken.json").write_text("{")
    monkeypatch.setattr(start, "resources_folder", lambda: tmp_path)
    window = start.make_window(HandWork())
    assert [(row.message.text, row.message.tone) for row in window.messages.rows] == [
        ("The model card broken.json is damaged.", Tone.ERROR)
    ]
    assert not window.model.run_button.isEnabled()
    window.close()
    window.deleteLater()


def test_a_study_given_at_the_start_is_opened_and_run(qtbot: QtBot) -> None:
    window = start.make_window(HandWork({"series": series()}))
    loader = Lane("loading", window)
    model = window.session.cards[0].name
    with qtbot.waitSignal(window.session.run_finished):
        start.begin(window, loader, Open(Path("series")), model)
    assert window.session.choice.card is window.session.cards[0]
    window.close()
    loader.close()
    window.deleteLater()


def test_the_window_is_there_without_the_heavy_libraries() -> None:
    program = """
import sys
from app.ui.start import make_application, make_window
application = make_application()
window = make_window()
window.show()
application.processEvents()
heavy = {"torch", "scipy", "SimpleITK", "pydicom"} & set(sys.modules)
window.close()
sys.exit(", ".join(sorted(heavy)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.stderr.replace(OFFSCREEN_CANNOT, "").strip() == ""
    assert done.returncode == 0
