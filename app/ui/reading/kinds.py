"""What each kind of measurement is called in the window, its key, and how it is drawn."""

from app.domain.measure import Kind
from app.domain.words import mark

TOOLS = {
    Kind.DISTANCE: (mark("Distance"), "D", mark("Drag from one end to the other.")),
    Kind.ANGLE: (
        mark("Angle"),
        "A",
        mark("Drag from the end of one arm to the corner, then click the other arm's end."),
    ),
    Kind.DIAMETERS: (mark("Two diameters"), "Shift+D", mark("Drag along the largest diameter, then across it.")),
    Kind.OUTLINE: (mark("Area"), "Shift+A", mark("Draw round it, or click its corners and close with a double click.")),
    Kind.ELLIPSE: (mark("Ellipse"), "E", mark("Drag over the box around the ellipse.")),
    Kind.POINT: (mark("Value at a point"), "V", mark("Click on the point.")),
}
