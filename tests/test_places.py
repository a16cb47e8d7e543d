"""The program finds its own files, and keeps a user's to that user."""

import stat
from pathlib import Path

import pytest

from app.places import own_key, private_folder, resources_folder


def test_the_models_and_samples_lie_in_the_resources() -> None:
    assert (resources_folder() / "models").is_dir()
    assert (resources_folder() / "samples").is_dir()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_folders_are_readable_by_their_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir(mode=0o755)
    cache = private_folder("cache")
    assert (mode(tmp_path / "home"), mode(cache)) == (0o700, 0o700)
    assert cache == tmp_path / "home" / "cache"


def test_the_key_is_made_once_and_readable_by_its_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    first = own_key()
    assert len(first) == 32
    assert own_key() == first
    assert mode(tmp_path / "home" / "key") == 0o600
    (tmp_path / "home" / "key").write_bytes(b"damaged")
    assert len(own_key()) == 32


def test_without_a_place_for_it_a_key_lasts_for_one_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "file"))
    assert len(own_key()) == 32
    assert own_key() != own_key()
