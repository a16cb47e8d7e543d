"""The phantoms that come with the program, with their simulated readers and the model made for each."""

from dataclasses import dataclass
from pathlib import Path

from app.domain.words import mark
from app.places import resources_folder


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled study.

    Attributes:
        title: fit to show.
        note: the same, on what it is.
        image: file or folder, below the samples' folder.
        masks: file or folder with the readers' masks, there too; "" where there are none.
        model: by its name.
    """

    title: str
    note: str
    image: str
    masks: str
    model: str

    @property
    def path(self) -> Path:
        """Where the image lies."""
        return samples_folder() / self.image

    @property
    def preview(self) -> Path:
        """A small picture of it."""
        return samples_folder() / "previews" / f"{self.model}.png"

    @property
    def references(self) -> tuple[Path, ...]:
        """Where the readers' masks lie."""
        return (samples_folder() / self.masks,) if self.masks else ()


SAMPLES = {
    "mr": Sample(mark("Newborn brain, MR"), mark("7 readers"), "mr_newborn", "mr_newborn_seg.nii.gz", "brain-growth"),
    "ct": Sample(mark("Kidney, CT"), mark("3 readers"), "ct_kidney", "ct_kidney_seg.nii.gz", "kidney"),
    "dermoscopy": Sample(
        mark("Skin lesion"), mark("5 readers"), "dermoscopy/phantom_lesion.png", "dermoscopy", "dermoscopy"
    ),
}


def samples_folder() -> Path:
    """Return the folder of all of them."""
    return resources_folder() / "samples"
