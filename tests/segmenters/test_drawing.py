"""Drawing samples: early preview, early end, and what happens when the memory runs out."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from app.domain.arrays import FloatArray
from app.domain.errors import DeviceError
from app.domain.grid import Grid
from app.domain.result import Device, Options, Step
from app.segmenters.drawing import Place, SampleNoise, Start, change, draw, first_place, is_out_of_memory, smaller

GRID = Grid((4, 4), (-0.5, -0.5), (1.0, 1.0), (4, 4))
CPU = torch.device("cpu")


def _half(chunk: range) -> FloatArray:
    """One level; sample k is full or empty by a coin of its own."""
    coins = [np.random.default_rng(number).random() < 0.5 for number in chunk]
    return np.stack([np.full((4, 4), float(coin), np.float32) for coin in coins])[None]


def _always(chunk: range) -> FloatArray:
    """One level; every sample is the same."""
    return np.ones((1, len(chunk), 4, 4), np.float32)


def _wavering(chunk: range) -> FloatArray:
    """One level; sample k is full but for 5 to 12, which are empty."""
    return np.stack([np.full((4, 4), float(not 5 <= number <= 12), np.float32) for number in chunk])[None]


Masks = Callable[[range], FloatArray]


def _drawn(masks: Masks, samples: int, settle: float, memory: int = 10**9, device: Device = Device.CPU) -> list[Step]:
    """Draw two steps of known masks; the "network" can take no more than so many samples at once."""

    def begin(_: Place) -> Start:
        def start(chunk: range) -> Iterator[FloatArray]:
            for _ in range(2):
                if len(chunk) > memory:
                    raise torch.OutOfMemoryError("out of memory")
                yield masks(chunk)

        return start

    return list(draw(begin, Options(samples, 2, 0, device, settle=settle), GRID, 1))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A pretended graphics card, on which so many samples of a byte fit at once; no tensor goes there."""

    def fit(samples: int) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "Pretended")
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (2 * samples, 10**12))

    return fit


def test_samples_that_agree_settle_early() -> None:
    """Nine in the first wave, then two calm waves of four: seventeen of two hundred, and progress says done."""
    steps = _drawn(_always, 200, settle=0.01)
    assert steps[-1].estimate.shape[1] == 9 + 4 + 4
    assert steps[-1].progress == pytest.approx(1.0)


def test_without_settling_all_samples_are_drawn() -> None:
    """A tolerance of 0 asks for every one of them."""
    steps = _drawn(_always, 30, settle=0)
    assert steps[-1].estimate.shape[1] == 30
    assert steps[-1].progress == pytest.approx(1.0)


@pytest.mark.parametrize("memory", [1, 2, 3, 4, 8, 64])
def test_the_memory_that_is_free_does_not_decide_how_many_are_drawn(card: Callable[[int], None], memory: int) -> None:
    """Whatever fits, the map is looked at after 9, 13, 17 .. samples; by hand, as 5 to 12 are empty:

    5 of 9 full, 5 of 13 (moved), 9 of 17 (moved), 13 of 21 (calm), 17 of 25 (calm): 25 of 40 and no sample in vain.
    """
    card(memory)
    begun: list[int] = []

    def noted(chunk: range) -> FloatArray:
        begun.extend(chunk)
        return _wavering(chunk)

    steps = _drawn(noted, 40, settle=0.02, device=Device.CUDA)
    np.testing.assert_array_equal(steps[-1].estimate, _wavering(range(25)))
    assert set(begun) == set(range(25))
    assert steps[-1].progress == pytest.approx(1.0)
    assert _drawn(_always, 200, settle=0.02, device=Device.CUDA)[-1].estimate.shape[1] == 9 + 4 + 4


def test_the_processor_settles_where_a_graphics_card_does() -> None:
    """Chunk by chunk as it always did: the previews grow by a chunk, the map by a wave."""
    steps = _drawn(_wavering, 40, settle=0.02)
    assert [step.estimate.shape[1] for step in steps] == [1, 5, 9, 1, 5, 9, 13, 17, 21, 25]


def test_a_large_memory_is_used_where_nothing_is_to_settle(card: Callable[[int], None]) -> None:
    """Of 200 samples one is early, eight more make the first wave; then 64 at a time."""
    card(64)
    steps = _drawn(_half, 200, settle=0, device=Device.CUDA)
    assert [step.estimate.shape[1] for step in steps] == [1, 9, 1, 9, 73, 137, 200]
    np.testing.assert_array_equal(steps[-1].estimate, _half(range(200)))
    assert {step.device for step in steps} == {"cuda Pretended"}


def test_a_retreat_is_told_of_only_where_it_changes_anything(card: Callable[[int], None]) -> None:
    """A wave is four samples: where 64 would fit by the numbers but two do at work, there is one step down."""
    card(64)
    steps = _drawn(_wavering, 40, settle=0.02, memory=2, device=Device.CUDA)
    np.testing.assert_array_equal(steps[-1].estimate, _wavering(range(25)))
    assert len(steps[-1].notices) == 1
    assert "Pretended ran out; the run went on with 2 samples at once" in steps[-1].notices[0]


def test_a_full_graphics_card_that_cannot_even_be_asked_gives_way(
    card: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds its memory: CUDA cannot start there, and says so when asked what is free."""
    card(0)

    def full(_: torch.device) -> tuple[int, int]:
        raise RuntimeError("CUDA error: out of memory")

    monkeypatch.setattr(torch.cuda, "mem_get_info", full)
    steps = _drawn(_half, 10, settle=0, device=Device.CUDA)
    np.testing.assert_array_equal(steps[-1].estimate, _half(range(10)))
    assert len(steps[-1].notices) == 1
    assert "Pretended did not suffice; the run went on on the CPU" in steps[-1].notices[0]
    assert {step.device for step in steps} == {"cpu"}


def test_the_order_of_samples_is_that_of_their_numbers() -> None:
    """Waves and chunks leave no trace in the estimate."""
    np.testing.assert_array_equal(_drawn(_half, 23, settle=0)[-1].estimate, _half(range(23)))


def test_the_first_wave_goes_through_every_step_before_the_second_begins() -> None:
    """The slider has every step; only the last one grows afterwards."""
    steps = _drawn(_half, 30, settle=0)
    assert [step.index for step in steps] == sorted(step.index for step in steps)
    assert max(step.estimate.shape[1] for step in steps if step.index == 0) == 9


def test_too_little_memory_is_told_and_survived() -> None:
    """Four at once do not fit, two do not, one does: the same samples, and a sentence for each retreat."""
    steps = _drawn(_half, 10, settle=0, memory=1)
    np.testing.assert_array_equal(steps[-1].estimate, _half(range(10)))
    assert len(steps[-1].notices) == 2
    assert "went on with 1 samples at once" in steps[-1].notices[1]


def test_no_memory_at_all_is_an_error_in_words() -> None:
    with pytest.raises(DeviceError, match="too little free memory"):
        _drawn(_half, 10, settle=0, memory=0)


def test_other_faults_are_not_taken_for_want_of_memory() -> None:
    def broken(chunk: range) -> FloatArray:
        raise RuntimeError(f"sizes do not match for {chunk}")

    with pytest.raises(RuntimeError, match="sizes do not match"):
        _drawn(broken, 4, settle=0)


def test_a_device_gives_way_to_the_processor() -> None:
    """One sample at once on MPS was too much already."""
    place, told = smaller(Place(torch.device("mps"), 1))
    assert place.device == CPU
    assert "mps" in told
    assert "went on on the CPU" in told


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), False),
        (RuntimeError("shape mismatch"), False),
    ],
)
def test_every_devices_words_for_it(error: BaseException, memory: bool) -> None:
    assert is_out_of_memory(error) is memory


def test_the_processor_takes_a_few_samples_at_once() -> None:
    assert first_place(CPU, 10**6) == Place(CPU, 4)
    assert first_place(torch.device("mps"), 10**6).chunk > 4
    assert first_place(torch.device("mps"), 10**6, 4).chunk == 4
    assert first_place(CPU, 1).autocast.__class__ is torch.autocast


def test_the_change_is_the_share_of_the_map_that_moved() -> None:
    """Six of sixteen pixels before, two more after: 2 of 8 is a quarter; nothing to nothing is no change."""
    before, after = np.zeros((1, 1, 4, 4), np.float32), np.zeros((1, 1, 4, 4), np.float32)
    assert change(before, after) == 0
    before.ravel()[:6] = 1
    after.ravel()[:8] = 1
    assert change(before, after) == pytest.approx(0.25)


def test_a_sample_has_noise_of_its_own() -> None:
    """Two samples differ, one sample's stream goes on from draw to draw, and the batch does not matter."""
    both, second = SampleNoise(0, range(2), (4, 4)), SampleNoise(0, range(1, 2), (4, 4))
    first_draw, second_draw = both.draw(), both.draw()
    assert not torch.equal(first_draw[0], first_draw[1])
    assert not torch.equal(first_draw, second_draw)
    assert torch.equal(first_draw[1:], second.draw())
