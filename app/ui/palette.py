"""The colours of the two themes; the picture's own ground is dark in both."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#rrggbb", by what they are for.

    Attributes:
        panel: ground of the window and its panels.
        field: ground of what can be typed into, opened or pressed.
        hover: the same under the pointer.
        line: fine lines and frames.
        edge: frames of boxes to tick, and handles of scroll bars.
        text: what is read first.
        quiet: what is read second.
        faint: what cannot be used at present.
        accent: how far something is.
        focus: the ring around what has the keyboard.
        primary: ground of the one button that matters most.
        primary_hover: the same under the pointer.
        on_primary: its text, and text on what is selected.
        primary_off: the same while it cannot be pressed.
        on_primary_off: its text then.
        caution: text of warnings.
        held: ground of a button that stays down.
        on_held: its text.
        error: sign of what went wrong.
        done: sign of what went well.
        notice_ground: ground of a notice.
        error_ground: ground of an error.
        done_ground: ground of what went well.
    """

    panel: str
    field: str
    hover: str
    line: str
    edge: str
    text: str
    quiet: str
    faint: str
    accent: str
    focus: str
    primary: str
    primary_hover: str
    on_primary: str
    primary_off: str
    on_primary_off: str
    caution: str
    held: str
    on_held: str
    error: str
    done: str
    notice_ground: str
    error_ground: str
    done_ground: str


DARK = Palette(
    panel="#1a1d22",
    field="#262b32",
    hover="#303640",
    line="#39404a",
    edge="#7a8591",
    text="#e8ebee",
    quiet="#aab3bd",
    faint="#7b848e",
    accent="#3d8bff",
    focus="#6aa8ff",
    primary="#1f66d6",
    primary_hover="#1a58ba",
    on_primary="#ffffff",
    primary_off="#2a3a52",
    on_primary_off="#8fa0b8",
    caution="#ffb547",
    held="#ffb547",
    on_held="#17130a",
    error="#ff7a70",
    done="#6fcf97",
    notice_ground="#2b2618",
    error_ground="#3a1f1f",
    done_ground="#1b2f25",
)
LIGHT = Palette(
    panel="#f3f4f6",
    field="#ffffff",
    hover="#e4e8ed",
    line="#cdd3da",
    edge="#7a8591",
    text="#1b2128",
    quiet="#4d5864",
    faint="#848d97",
    accent="#1f66d6",
    focus="#1f66d6",
    primary="#1f66d6",
    primary_hover="#1a58ba",
    on_primary="#ffffff",
    primary_off="#c9d6ea",
    on_primary_off="#6c7f9c",
    caution="#8a5200",
    held="#8a5200",
    on_held="#ffffff",
    error="#b3261e",
    done="#17703f",
    notice_ground="#fdf3dc",
    error_ground="#fbe4e2",
    done_ground="#e0f3e7",
)
