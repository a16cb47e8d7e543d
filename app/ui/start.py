"""From nothing to the window."""

import sys
from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.domain.errors import AppError, EngineError
from app.domain.reading import Open
from app.export.audit import AuditLog
from app.places import resources_folder
from app.segmenters.cards import installed_cards
from app.ui import jobs
from app.ui.choice import Message, Tone
from app.ui.desk.desk import Desk
from app.ui.dialogs import ask_to_save
from app.ui.export_jobs import Shown
from app.ui.frames import Run
from app.ui.languages import speak
from app.ui.session import Session
from app.ui.settings import Settings
from app.ui.style.touring import Touring
from app.ui.theme import apply_theme
from app.ui.window import MainWindow
from app.ui.worker import Lane

DEMONSTRATION_LIMIT_MS = 300_000
PAINTING_PAUSE_MS = 200


def open_window(
    paths: Sequence[Path] = (),
    references: Sequence[Path] = (),
    run_model: str = "",
    series: int | None = None,
    audit_log: Path | None = None,
) -> int:
    """Open the window and stay until it is closed.

    Args:
        paths: an image file or a folder; the first is opened.
        references: the readers' masks.
        run_model: name of a model to run at once; "" runs none.
        series: of a folder, from 0; None offers them where there are several.
        audit_log: file to note runs and exports in, whatever the settings say.

    Returns:
        The exit code.

    Raises:
        OutputError: the audit log cannot be written.
    """
    application = make_application()
    window = make_window()
    if audit_log is not None:
        window.exports.audit = AuditLog(audit_log)
        window.exports.audit.check()
    ask_before_closing(window)
    window.show()
    loader = Lane("loading", window)
    order = Open(paths[0], tuple(references), number=series) if paths else None
    QTimer.singleShot(0, lambda: begin(window, loader, order, run_model))
    code = application.exec()
    loader.close()
    return code


def demonstrate_offscreen(image: Path, references: Sequence[Path], model: str, folder: Path) -> tuple[Path, ...]:
    """Do what a user would do, without a display: open, run, look, export.

    Args:
        image: file or folder to open.
        references: the readers' masks.
        model: name of the model to run.
        folder: for what is written; made if it is not there.

    Returns:
        The files written: the window's picture, the annotated picture and the numbers.

    Raises:
        AppError: something of this did not work.
    """
    application = make_application()
    window = make_window()
    window.show()
    try:
        run = run_to_end(window.session, image, references, model)
        settle(application, window)
        return tuple(_written(window, run, folder))
    finally:
        window.close()
        window.deleteLater()


def make_application() -> QApplication:
    """Return the one application, dressed."""
    QGuiApplication.setDesktopFileName("concord")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError(f"a QApplication is needed, got {type(application).__name__}")
    application.setApplicationName("Concord")
    application.setWindowIcon(QIcon(str(resources_folder() / "icons" / "concord.svg")))
    preferences = Settings().preferences
    speak(application, preferences.language)
    apply_theme(application, preferences.look, preferences.scale)
    return application


def make_window(backend: jobs.Backend | None = None) -> MainWindow:
    """Return a window on a new session with the installed models; what is wrong with those is said in the window."""
    try:
        cards, complaint = installed_cards(resources_folder() / "models"), ""
    except AppError as error:
        cards, complaint = (), str(error)
    window = MainWindow(Session(cards, backend or jobs.Engines(), Settings().preferences.memory_mb << 20))
    if complaint:
        window.session.tell(complaint, Tone.ERROR)
    jobs.keep_for_good()
    return window


def begin(window: MainWindow, loader: Lane, order: Open | None, model: str) -> None:
    """Start the processes and open the first study, now that the window is there."""
    window.session.warm()
    loader.start(jobs.load_libraries)
    if model:
        run_when_opened(window.session, model)
    welcome(window)
    if order is not None:
        window.session.files.open(order)


def welcome(window: MainWindow) -> None:
    """Show a new user around."""
    for part in window.features:
        if isinstance(part, Touring):
            part.begin_once()


def ask_before_closing(window: MainWindow) -> None:
    """Let a window whom someone sits at ask before unsaved work is closed with it."""
    for part in window.features:
        if isinstance(part, Desk):
            part.closing.ask = ask_to_save


def run_when_opened(session: Session, model: str) -> None:
    """Run a model as soon as a case is there."""

    def run_once() -> None:
        session.case_changed.disconnect(run_once)
        session.choose_model(model)
        QTimer.singleShot(0, session.run)

    session.case_changed.connect(run_once)


def run_to_end(session: Session, image: Path, references: Sequence[Path], model: str) -> Run:
    """Open a study and run a model, with the event loop turning until the result is there.

    Raises:
        AppError: it failed or took too long.
    """
    loop, ended, errors = QEventLoop(), [], []

    def take_run(run: Run) -> None:
        ended.append(run)
        loop.quit()

    def take_message(message: Message) -> None:
        if message.tone is Tone.ERROR:
            errors.append(message.text)
            loop.quit()

    session.run_finished.connect(take_run)
    session.message_raised.connect(take_message)
    run_when_opened(session, model)
    session.open_study(image, references)
    QTimer.singleShot(DEMONSTRATION_LIMIT_MS, loop.quit)
    loop.exec()
    if not ended:
        raise EngineError(errors[0] if errors else "The demonstration did not end in time.")
    return ended[0]


def settle(application: QApplication, window: MainWindow) -> None:
    """Let everything be painted."""
    loop = QEventLoop()
    QTimer.singleShot(PAINTING_PAUSE_MS, loop.quit)
    loop.exec()
    window.repaint()
    application.processEvents()


def _written(window: MainWindow, run: Run, folder: Path) -> Generator[Path, None, None]:
    from app.export.order import Order, Output
    from app.export.write import write

    if window.session.case is None or run.result is None:
        raise EngineError("The demonstration has no result.")
    folder.mkdir(parents=True, exist_ok=True)
    screenshot = folder / "window.png"
    window.grab().save(str(screenshot))
    yield screenshot
    shown = Shown(window.session.case, run, window.session.view, window.session.source)
    order = Order(frozenset({Output.SHEET, Output.NUMBERS}), folder, shown.source, overwrite=True)
    yield from write(shown.outcome(), shown.view, order)
