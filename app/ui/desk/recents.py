"""The studies opened last, with small pictures, where only this user can look."""

import json
import shutil
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from app.domain.errors import AppError
from app.places import private_folder
from app.ui.desk.private import save_privately

FOLDER = "recent"
MOST = 12
_LIST = "recent.json"


@dataclass(frozen=True, slots=True)
class Recent:
    """A study that was opened.

    Attributes:
        path: the file or folder.
        picture: PNG file, which may be gone.
        is_there: whether it still lies where it was.
    """

    path: Path
    picture: Path
    is_there: bool = True


class Recents:
    """The list in its folder; what cannot be read or written is as if it were not there."""

    def load(self) -> tuple[Recent, ...]:
        """Return the studies, the latest first, and look whether they are still there."""
        try:
            folder = private_folder(FOLDER)
            kept = json.loads((folder / _LIST).read_text(encoding="utf-8"))
            return tuple(_there(Recent(Path(entry["path"]), folder / Path(entry["picture"]).name)) for entry in kept)
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def add(self, path: Path, png: bytes) -> tuple[Recent, ...]:
        """Put a study at the head of the list, with its picture, and return the list."""
        try:
            folder = private_folder(FOLDER)
            picture = folder / f"{sha256(str(path).encode()).hexdigest()[:32]}.png"
            save_privately(picture, png)
            others = [recent for recent in self.load() if recent.path != path]
            kept = (Recent(path, picture), *others[: MOST - 1])
            self._write(folder, kept)
            for dropped in others[MOST - 1 :]:
                dropped.picture.unlink(missing_ok=True)
        except (OSError, AppError):
            return self.load()
        return kept

    def forget(self) -> None:
        """Remove the list and every picture."""
        try:
            shutil.rmtree(private_folder(FOLDER), ignore_errors=True)
        except OSError:
            return

    def _write(self, folder: Path, kept: tuple[Recent, ...]) -> None:
        entries = [{"path": str(recent.path), "picture": recent.picture.name} for recent in kept]
        save_privately(folder / _LIST, json.dumps(entries).encode())


def _there(recent: Recent) -> Recent:
    try:
        return replace(recent, is_there=recent.path.exists())
    except OSError:
        return replace(recent, is_there=False)
