"""What the program remembers from one start to the next."""

from pathlib import Path

from PySide6.QtCore import QSettings

from app.places import private_folder

AUDIT_NAME = "audit.jsonl"


class Settings:
    """Choices in a file that the user alone may read; without such a file they last for one start."""

    def __init__(self) -> None:
        """Read the file."""
        try:
            self._folder: Path | None = private_folder()
        except OSError:
            self._folder = None
        self._kept = QSettings(str((self._folder or Path()) / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def audit_path(self) -> Path | None:
        """Where the audit log lies, or None where it is switched off or there is no place for it."""
        wanted = self._kept.value("audit", False, bool)
        return self._folder / AUDIT_NAME if wanted and self._folder is not None else None

    @property
    def first_look(self) -> bool:
        """Whether results stay hidden until the reader has had a first look."""
        return bool(self._kept.value("first_look", False, bool))

    def keep_first_look(self, wanted: bool) -> None:
        """Ask for a first look at each case, or no more."""
        self._kept.setValue("first_look", wanted)
        if self._folder is not None:
            self._kept.sync()

    @property
    def remembers_studies(self) -> bool:
        """Whether studies that were opened are listed at the next start."""
        return bool(self._kept.value("recent", True, bool))

    def remember_studies(self, wanted: bool) -> None:
        """Switch the list of studies on or off."""
        if self._folder is not None:
            self._kept.setValue("recent", wanted)
            self._kept.sync()

    def keep_audit(self, wanted: bool) -> None:
        """Switch the audit log on or off."""
        if self._folder is not None:
            self._kept.setValue("audit", wanted)
            self._kept.sync()
