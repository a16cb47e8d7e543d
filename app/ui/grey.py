"""How the mouse changes the range of grey values."""

from app.domain.case import Case, Window

SHARE_PER_PX = 1 / 400


def dragged(window: Window | None, case: Case | None, dx: float, dy: float) -> Window | None:
    """Return a window after a drag by (dx, dy) on screen: right is wider, down is darker, as in a PACS.

    Args:
        window: before the drag; None where the picture has none.
        case: whose own window gives the pace.
        dx: to the right, in pixels of the screen.
        dy: down, in pixels of the screen.
    """
    if window is None or case is None or case.window is None:
        return None
    unit = case.window.width * SHARE_PER_PX
    return Window(window.level + dy * unit, max(window.width + dx * unit, case.window.width / 100))
