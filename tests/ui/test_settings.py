"""What is set lasts, and a damaged file does no harm."""

import stat
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.domain.result import Device
from app.places import private_folder
from app.ui.languages import Language
from app.ui.mouse import PRESETS
from app.ui.settings import Preferences, Settings
from app.ui.theme import Look

OTHERS = Preferences(
    look=Look.LIGHT,
    scale=130,
    language=Language.GERMAN,
    device=Device.CPU,
    memory_mb=777,
    mouse=PRESETS["Slicer"],
    keys={"Open file…": ("Ctrl+K", "F2"), "Quit": ()},
    audit=True,
    recent=False,
    first_look=True,
    toured=True,
)


def test_a_quarter_of_the_memory_is_the_default(tmp_path: Path) -> None:
    quarter = psutil.virtual_memory().total / 4 / 2**20
    assert Settings(tmp_path).preferences.memory_mb == pytest.approx(max(quarter, 128), abs=1)


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    Settings(tmp_path).keep(OTHERS)
    assert Settings(tmp_path).preferences == OTHERS


def test_a_damaged_file_gives_the_defaults(tmp_path: Path) -> None:
    damage = "look=pink\nscale=big\nlanguage=xx\ndevice=abacus\nmemory_mb=plenty\nmouse=x\nkeys=[1\naudit=perhaps\n"
    (tmp_path / "settings.ini").write_text(f"[General]\n{damage}")
    assert Settings(tmp_path).preferences == Preferences()


def test_numbers_stay_within_reason(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text("[General]\nscale=1000\nmemory_mb=1\n")
    assert Settings(tmp_path).preferences.scale == 130
    assert Settings(tmp_path).preferences.memory_mb == 128


def test_the_folder_is_the_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    Settings().keep(OTHERS)
    assert (private_folder() / "settings.ini").is_file()
    assert stat.S_IMODE(private_folder().stat().st_mode) == 0o700


def test_settings_without_a_place_last_for_one_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "file"))
    settings = Settings()
    settings.keep(replace(OTHERS, audit=True))
    assert settings.preferences == OTHERS
    assert settings.audit_path is None
    assert Settings().preferences == Preferences()


def test_single_wishes_are_kept_beside_the_others(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.keep(replace(OTHERS, audit=False, recent=True, first_look=False))
    settings.keep_audit(True)
    settings.remember_studies(False)
    settings.keep_first_look(True)
    again = Settings(tmp_path)
    assert again.preferences == OTHERS
    assert (again.remembers_studies, again.first_look) == (False, True)
    assert again.audit_path == tmp_path / "audit.jsonl"
