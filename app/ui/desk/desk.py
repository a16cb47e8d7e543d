"""The desk's parts, put together."""

from app.domain.words import tr
from app.ui.desk.closing import Closing
from app.ui.desk.look_at import LookAt
from app.ui.desk.notes import Notes
from app.ui.desk.recovery import Recovery
from app.ui.desk.sessions import Sessions
from app.ui.desk.welcome import Welcome
from app.ui.workplace import Workplace


class Desk:
    """Recent studies, session files, recovery and notes."""

    def __init__(self, workplace: Workplace) -> None:
        """Furnish a window.

        Args:
            workplace: that gets the parts.
        """
        entries = workplace.menus.menu(tr("&File")).actions()
        before = next(entry for entry in entries if entry.isSeparator())
        self.welcome = Welcome(workplace, before)
        self.sessions = Sessions(workplace, before)
        self.notes = Notes(workplace, self.sessions)
        workplace.keeping.add("camera", LookAt(workplace.canvas))
        self.recovery = Recovery(workplace, self.sessions)
        self.closing = Closing(workplace, self.sessions)
        self.sessions.kept.connect(self.welcome.remember)

    def close(self) -> None:
        """End what runs in the background."""
        self.notes.close()
        self.sessions.close()  # before what was kept of it is forgotten
        self.recovery.close()
        self.welcome.close()
