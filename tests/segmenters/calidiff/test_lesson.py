"""What a batch of CaliDiff's training is taught."""

import torch

from app.segmenters.calidiff.lesson import Shares, consensus_levels, draw_lesson
from tests.segmenters.builders import discs


def test_half_of_the_lessons_hold_readers_out() -> None:
    """Who is held out makes the truth. A committee to be drawn is whole: the levels of them all."""
    _, drawn = discs(40, seed=7)
    readers = torch.from_numpy(drawn).float()[:, [1, 2, 0]]  # not from wide to tight, as the levels are
    lesson = draw_lesson(readers, 1000, Shares(0.3, 0.5, 0.4), torch.Generator().manual_seed(0))
    assert 8 < lesson.calibrating.sum() < 32
    for item in range(40):
        present, biased_ = lesson.present[item], (lesson.given[item] != lesson.clean[item]).any()
        asked = readers[item] if lesson.calibrating[item] else consensus_levels(readers[item : item + 1])[0]
        torch.testing.assert_close(lesson.clean[item], asked)
        out = readers[item][~present] if lesson.calibrating[item] else readers[item]
        torch.testing.assert_close(lesson.truth[item], out.mean(dim=0))
        assert present.any()
        assert present.all() != lesson.calibrating[item]
        assert lesson.calibrating[item] or not (biased_ or lesson.blind[item])
        assert lesson.step[item] < (300 if lesson.calibrating[item] else 1000)
    assert (lesson.given != lesson.clean).any()
    assert (lesson.clean != readers).any()
    assert 0 < lesson.blind.sum() < lesson.calibrating.sum()


def test_consensus_levels_count_the_readers_at_each_pixel() -> None:
    """Of three readers two marked the left pixel, none the middle one, one the right one."""
    readers = torch.tensor([[[1.0, 0, 0]], [[0, 0, 1]], [[1, 0, 0]]])[None]
    assert consensus_levels(readers)[0, :, 0].tolist() == [[1, 0, 1], [1, 0, 0], [0, 0, 0]]
