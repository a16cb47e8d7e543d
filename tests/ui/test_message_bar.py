"""Messages that do not stop the work."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui import message_bar
from app.ui.choice import Message, Tone
from app.ui.message_bar import MessageBar

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's own complaint


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    """Return an empty bar."""
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def _texts(bar: MessageBar) -> list[str]:
    return [row.text.text() for row in bar.rows]


def test_the_same_sentence_is_not_said_twice(bar: MessageBar) -> None:
    for text in ("a", "b", "a"):
        bar.show_message(Message(text, Tone.NOTICE))
    assert _texts(bar) == ["b", "a"]


def test_notices_make_room_before_errors_do(bar: MessageBar) -> None:
    bar.show_message(Message("error", Tone.ERROR))
    for text in ("first", "second", "third"):
        bar.show_message(Message(text, Tone.NOTICE))
    assert _texts(bar) == ["error", "second", "third"]


def test_what_went_well_goes_by_itself_and_errors_stay(
    qtbot: QtBot, bar: MessageBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_bar, "DONE_STAYS_MS", 10)
    bar.show_message(Message("error", Tone.ERROR))
    bar.show_message(Message("saved", Tone.DONE))
    qtbot.waitUntil(lambda: _texts(bar) == ["error"])


def test_an_offer_is_taken_by_its_button_and_goes(qtbot: QtBot, bar: MessageBar) -> None:
    taken = []
    bar.show_message(Message("Masks lie beside.", Tone.NOTICE, "Open", lambda: taken.append(True)))
    button = bar.rows[0].offer_button
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert taken == [True]
    assert bar.rows == []


def test_a_banner_on_unsafe_geometry_is_not_pushed_out(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message(Message("The slices are tilted.", Tone.NOTICE, stays=True))
    for number in range(5):
        bar.show_message(Message(f"Notice {number}.", Tone.NOTICE))
    assert [row.message.text for row in bar.rows] == ["The slices are tilted.", "Notice 3.", "Notice 4."]
