"""Compute the bundled phantoms: `python resources/samples/make_phantoms.py [OUTDIR]`.

Everything is computed from fixed seeds; no picture of a person enters. OUTDIR is this script's folder by default.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phantoms.abdomen import STORED_OFFSET, make_abdomen
from phantoms.brain import make_brain
from phantoms.files import write_photograph, write_readers, write_series
from phantoms.skin import make_lesion
from phantoms.volume import Volume
from pydicom.uid import CTImageStorage, MRImageStorage

LESION_SEED, BRAIN_SEED, ABDOMEN_SEED = 8, 2, 3

MR: Mapping[str, Any] = {
    "SOPClassUID": MRImageStorage,
    "Modality": "MR",
    "BodyPartExamined": "BRAIN",
    "SpacingBetweenSlices": 3.0,
    "ScanningSequence": "SE",
    "SequenceVariant": "SK",
    "ScanOptions": "",
    "MRAcquisitionType": "2D",
    "RepetitionTime": 6000.0,
    "EchoTime": 160.0,
    "EchoTrainLength": 16,
    "WindowCenter": 420.0,
    "WindowWidth": 840.0,
}
CT: Mapping[str, Any] = {
    "SOPClassUID": CTImageStorage,
    "Modality": "CT",
    "BodyPartExamined": "ABDOMEN",
    "KVP": 120.0,
    "AcquisitionNumber": 1,
    "RescaleIntercept": -STORED_OFFSET,
    "RescaleSlope": 1,
    "RescaleType": "HU",
    "WindowCenter": 40.0,
    "WindowWidth": 400.0,
}


def make_phantoms(folder: Path) -> None:
    """Write every phantom under a folder, replacing what is there."""
    write_photograph(make_lesion(LESION_SEED), folder / "dermoscopy" / "phantom_lesion.png")
    _write_study(make_brain(BRAIN_SEED), MR, folder / "mr_newborn")
    _write_study(make_abdomen(ABDOMEN_SEED), CT, folder / "ct_kidney")


def _write_study(volume: Volume, kind: Mapping[str, Any], folder: Path) -> None:
    write_series(volume, kind, folder)
    write_readers(volume, folder.with_name(f"{folder.name}_seg.nii.gz"))


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    make_phantoms(Path(arguments[0]) if arguments else Path(__file__).parent)


if __name__ == "__main__":
    main(sys.argv[1:])
