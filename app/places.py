"""Where the program's own files lie."""

import json
import os
import secrets
from pathlib import Path

import platformdirs

KEY_BYTES = 32


def resources_folder() -> Path:
    """Return the folder of models, samples and icons: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "resources"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "resources"


def private_folder(name: str = "") -> Path:
    """Return a folder of this user that nobody else may read, made if it is not there.

    Whatever may hold patients' data on disk (recovery, caches, keys) goes into one of these.

    Args:
        name: of a folder inside the program's own; "" is that itself.

    Raises:
        OSError: it cannot be made.
    """
    folder = Path(os.environ.get("CONCORD_HOME") or platformdirs.user_data_path("concord", appauthor=False))
    for part in (folder, folder / name):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.chmod(0o700)
    return folder / name


def catalogue_path(language: str) -> Path:
    """Return where the sentences of a language lie, by its code."""
    return resources_folder() / "translations" / f"{language}.json"


def read_catalogue(language: str) -> dict[str, str]:
    """Read the sentences of a language by their English; none where it has no catalogue.

    Those that are not translated yet are empty in the file.
    """
    path = catalogue_path(language)
    if not path.is_file():
        return {}
    return {source: text for source, text in json.loads(path.read_text(encoding="utf-8")).items() if text}


def own_key() -> bytes:
    """Return this user's secret, by which de-identified exports of one patient can be told to belong together.

    It is made once and never leaves its folder; where no folder can be made it lasts for this call alone.
    """
    try:
        path = private_folder() / "key"
        if not path.is_file():
            _write_privately(path, secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
    except OSError:
        return secrets.token_bytes(KEY_BYTES)
    return key if len(key) == KEY_BYTES else secrets.token_bytes(KEY_BYTES)


def _write_privately(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
