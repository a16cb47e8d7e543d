"""Windows of users who speak other languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.ui.languages import Language, speak
from app.ui.session import Session
from app.ui.settings import Preferences, Settings
from app.ui.start import make_application
from app.ui.window import MainWindow
from tests.ui.studies import CARDS, HandExport, HandWork, is_whole, series


@contextmanager
def window_in(language: Language, qtbot: QtBot, size: tuple[int, int] | None = None) -> Iterator[MainWindow]:
    """Open a window in a language, with a series run; the user's folder is made ready before."""
    Settings().keep(Preferences(language=language, toured=True))
    application = make_application()
    window = MainWindow(Session(CARDS, HandWork({"series": series()})), exporter=HandExport())
    if size is not None:
        window.resize(*size)
    window.show()
    qtbot.waitExposed(window)
    with qtbot.waitSignal(window.session.case_changed):
        window.session.open_study(Path("series"))
    qtbot.waitUntil(lambda: is_whole(window.session))
    with qtbot.waitSignal(window.session.run_finished):
        window.session.run()
    yield window
    window.close()
    window.deleteLater()
    speak(application, Language.ENGLISH)
