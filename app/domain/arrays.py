"""Names for the array types used across the program.

Conventions, said once: axes run row before column; a coordinate is the position of a pixel's centre, so the first
pixel lies at 0.0 and a picture of n pixels reaches from -0.5 to n - 0.5.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float32]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ByteArray: TypeAlias = npt.NDArray[np.uint8]
AnyArray: TypeAlias = npt.NDArray[Any]
