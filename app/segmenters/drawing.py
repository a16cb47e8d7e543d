"""Drawing many samples: at once as far as the memory goes, and no more of them once the answer has settled.

Every system draws its samples here; what a chain of diffusion steps is, it says itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from app.domain.arrays import FloatArray
from app.domain.errors import DeviceError
from app.domain.grid import Grid
from app.domain.result import INSIDE, Device, Options, Step
from app.domain.words import tr
from app.segmenters.base import choose_device, device_name

FIRST_CHUNK = 1
CPU_CHUNK = 4
GPU_CHUNK = 64
FIRST_WAVE = 9
WAVE = 4
CALM_WAVES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where samples are drawn, and how many of them at once.

    Attributes:
        device: that the network runs on.
        chunk: samples that advance together.
    """

    device: torch.device
    chunk: int

    @property
    def autocast(self) -> torch.autocast:
        """The context that the network runs in: bfloat16 on CUDA, float32 elsewhere."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")


Chain = Iterator[FloatArray]
"""Yields (levels, samples, rows, columns) in [0, 1] after each diffusion step."""

Start = Callable[[range], Chain]
"""Starts the samples of the given numbers."""

Begin = Callable[[Place], Start]
"""Moves the network to a place and looks at the image once."""


def draw(begin: Begin, options: Options, grid: Grid, bytes_per_sample: int) -> Iterator[Step]:
    """Draw samples in waves until there are as many as asked for or the soft map has settled.

    The first wave's chunks advance in lockstep, so that every diffusion step can be seen as it comes; later waves add
    samples to the last step. A wave is so many numbers of samples, whatever memory there is for them: the number at
    which a map settles, and with it the result, does not depend on what else the device does. No sample is computed
    that is not kept, as a system may gather from each. Where the memory does not suffice, `descend` starts anew.

    Args:
        begin: the system.
        options: of the run.
        grid: of the image.
        bytes_per_sample: about what one sample needs in the network at once.

    Raises:
        DeviceError: the device is not there or, at last, has no memory left.
    """
    most = WAVE if options.settle > 0 else GPU_CHUNK
    return descend(lambda place: _drawn(begin(place), place, options, grid), options.device, bytes_per_sample, most)


def descend(
    attempt: Callable[[Place], Iterator[Step]], device: Device, bytes_per_sample: int, most: int = GPU_CHUNK
) -> Iterator[Step]:
    """Make a run where it can be made: where the memory does not suffice, with smaller chunks, then on the CPU.

    Noise belongs to a sample's number, so the masks stay the same.

    Args:
        attempt: makes the whole run at a place.
        device: that the user chose.
        bytes_per_sample: about what one sample needs in the network at once.
        most: samples that the run can make use of at once.

    Raises:
        DeviceError: the device is not there or, at last, has no memory left.
    """
    chosen = choose_device(device)
    place: Place | None = None
    notices: tuple[str, ...] = ()
    while True:
        try:
            place = place or first_place(chosen, bytes_per_sample, most)
            drawn_on = device_name(place.device)
            for step in attempt(place):
                yield replace(step, notices=(*notices, *step.notices), device=drawn_on)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            place, told = smaller(place or Place(chosen, 1))
            notices = (*notices, told)
        else:
            return


def first_place(device: torch.device, bytes_per_sample: int, most: int = GPU_CHUNK) -> Place:
    """Choose how many samples advance together, by the memory that is free, but no more than are of use."""
    match device.type:
        case "cuda":
            free, _ = torch.cuda.mem_get_info(device)
            return Place(device, int(np.clip(0.5 * free / bytes_per_sample, 1, most)))
        case "mps":
            return Place(device, min(GPU_CHUNK // 4, most))
        case _:
            return Place(device, min(CPU_CHUNK, most))


def smaller(place: Place) -> tuple[Place, str]:
    """Return the next place to try after one whose memory did not suffice, and the sentence that tells of it.

    Raises:
        DeviceError: there is no smaller one.
    """
    name = device_name(place.device)
    if place.chunk > 1:
        chunk = place.chunk // 2
        told = tr("The memory of {name} ran out; the run went on with {n} samples at once.").format(name=name, n=chunk)
        return Place(place.device, chunk), told
    if place.device.type != "cpu":
        told = tr("The memory of {name} did not suffice; the run went on on the CPU.").format(name=name)
        return Place(torch.device("cpu"), CPU_CHUNK), told
    raise DeviceError(tr("This computer has too little free memory for the run; close other programs and run again."))


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that memory ran out, in the words of any device."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return any(words in str(error) for words in _WANT_OF_MEMORY)


_WANT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "STATUS_ALLOC_FAILED",  # cuBLAS, and cuDNN before 9
    "ALLOCATION_FAILED",  # cuDNN from 9 on
)


def change(before: FloatArray, after: FloatArray) -> float:
    """Return by how much of itself a soft map has changed.

    Args:
        before: (levels, samples, rows, columns) in [0, 1].
        after: the same with further samples.

    Returns:
        The sum of absolute differences of the two soft maps as a share of the larger one's sum; 0 for two empty ones.
    """
    soft = [(samples.mean(axis=1) >= INSIDE).mean(axis=0, dtype=np.float64) for samples in (before, after)]
    whole = max(soft[0].sum(), soft[1].sum())
    return float(np.abs(soft[1] - soft[0]).sum() / whole) if whole else 0.0


class SampleNoise:
    """Noise that belongs to a sample's number, whatever chunk, level or device it is drawn for."""

    def __init__(self, seed: int, samples: Sequence[int], shape: tuple[int, ...]) -> None:
        """Start one stream for each sample; shape is (rows, columns), after (channels) where there are several."""
        self.shape = shape
        seeds = (np.random.SeedSequence([seed, sample]).generate_state(1)[0] for sample in samples)
        self.streams = [torch.Generator().manual_seed(int(value)) for value in seeds]

    def draw(self) -> Tensor:
        """Return (samples, 1, *shape) standard normal noise on the CPU."""
        return torch.stack([torch.randn((1, *self.shape), generator=stream) for stream in self.streams])


def _drawn(start: Start, place: Place, options: Options, grid: Grid) -> Iterator[Step]:
    """Draw all waves at one place."""
    first, *later = _waves(options, place.chunk)
    step = None
    for step in _first_wave(start, first, options, grid):
        yield step
    if step is None:
        raise ValueError("a wave has no samples")
    calm = 0
    for wave in later:
        more = [_last(start(chunk)) for chunk in wave]
        estimate = np.concatenate([step.estimate, *more], axis=1)
        calm = calm + 1 if change(step.estimate, estimate) < options.settle else 0
        settled = calm >= CALM_WAVES
        step = replace(step, estimate=estimate, progress=1.0 if settled else estimate.shape[1] / options.samples)
        yield step
        if settled:
            return


def _first_wave(start: Start, wave: Sequence[range], options: Options, grid: Grid) -> Iterator[Step]:
    chains = [start(chunk) for chunk in wave]
    total, advanced = options.steps, 0
    for index in range(total):
        done: list[FloatArray] = []
        for chunk, chain in zip(wave, chains, strict=True):
            done.append(next(chain))
            advanced += len(chunk)
            yield Step(index, total, np.concatenate(done, axis=1), advanced / (total * options.samples), grid)


def _waves(options: Options, chunk: int) -> list[list[range]]:
    """Cut the samples into a first wave, that begins with one for an early preview, and later ones.

    Where nothing is to settle, a later wave is as large as a chunk may be.
    """
    first = min(options.samples, FIRST_WAVE)
    size = WAVE if options.settle > 0 else max(WAVE, chunk)
    later = _parts(first, options.samples, size)
    return [chunks(first, chunk), *(_parts(wave.start, wave.stop, chunk) for wave in later)]


def chunks(count: int, size: int, head: int = FIRST_CHUNK) -> list[range]:
    """Cut samples into chunks of a size; the first one, of another size, is for an early preview."""
    head = min(head, count)
    return [range(head), *_parts(head, count, size)]


def _parts(start: int, end: int, size: int) -> list[range]:
    edges = [*range(start, end, size), end]
    return [range(*pair) for pair in pairwise(edges)]


def _last(chain: Chain) -> FloatArray:
    *_, last = chain
    return last
