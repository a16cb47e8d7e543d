"""What can be told of a source before a picture of it is handed on."""

from collections.abc import Iterator
from pathlib import Path

from pydicom import Dataset

from app.domain.case import Modality
from app.domain.words import mark, tr
from app.export.dicom.origin import headers


def is_dicom(source: Path) -> bool:
    """Tell whether DICOM objects can refer to the source's own image."""
    return any(True for _ in headers(source))


def cautions(source: Path, modality: Modality, image: str = "") -> tuple[str, ...]:
    """Return a sentence for each sign of text burned into the picture; that a header denies it is no proof.

    Args:
        source: the file or folder that was opened, as `at_hand` gives it.
        modality: of the case.
        image: which DICOM image is handed on, as `Case.sources` names it; where it is unknown, every image counts.
    """
    own, said = image.partition("/")[0], list[str]()
    for _, header in headers(source):
        told = list(_cautions(header))
        if own and header.get("SOPInstanceUID") == own:
            said = told
            break
        said += told
    said += [tr(PHOTOGRAPH)] if modality is Modality.DERMOSCOPY else []
    return tuple(dict.fromkeys(said))


BURNED = mark("The file says that text is burned into the picture: it may name the patient, and every export shows it.")
UNSAID = mark(
    "The file does not say whether text is burned into the picture: look for names in it before you hand it on."
)
SUSPECT = mark(
    "Pictures of this kind (ultrasound, screen captures) often bear names: look at it before you hand it on."
)
PHOTOGRAPH = mark("A photograph can show a face, a tattoo or a written name: look at it before you hand it on.")


def _cautions(header: Dataset) -> Iterator[str]:
    stated = header.get("BurnedInAnnotation")
    if stated == "YES":
        yield tr(BURNED)
    elif stated != "NO":
        yield tr(UNSAID)
    if str(header.get("SOPClassUID", "")).startswith(_SUSPECT):
        yield tr(SUSPECT)


_SUSPECT = (
    "1.2.840.10008.5.1.4.1.1.7",  # secondary captures
    "1.2.840.10008.5.1.4.1.1.6.1",  # ultrasound
    "1.2.840.10008.5.1.4.1.1.3.1",  # ultrasound, several frames
)
