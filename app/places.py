"""Where the program's own files lie."""

from pathlib import Path


def resources_folder() -> Path:
    """Return the folder of models, samples and icons: inside an installed package, beside it in a checkout."""
    inside = Path(__file__).parent / "resources"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "resources"
