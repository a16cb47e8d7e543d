"""Drawn layers: every step can be taken back, and what is kept comes back the same."""

import json

import numpy as np
import pytest

from app.domain.arrays import AnyArray
from app.domain.box import Box, Spot, whole
from app.domain.edit import Layer, Patch, merged
from app.domain.masks import EditedMasks

SHAPE = (3, 20, 30)


def spot(top: int, bottom: int, left: int, right: int) -> Spot:
    """Return every pixel of a box."""
    box = Box(top, bottom, left, right)
    return Spot(box, np.ones((bottom - top, right - left), np.bool_))


def drawn(masks: EditedMasks, key: int, index: int = 1) -> AnyArray:
    mask = masks.mask(key, index)
    return np.zeros(SHAPE[1:], np.bool_) if mask is None else mask


@pytest.fixture(name="masks")
def _masks() -> EditedMasks:
    """Return masks with one layer of key 1."""
    masks = EditedMasks(SHAPE)
    assert masks.add(Layer(0, "mine"), "new").key == 1
    return masks


def test_drawing_marks_and_erasing_takes_away(masks: EditedMasks) -> None:
    assert masks.draw(1, 1, spot(2, 6, 3, 9), on=True) == Box(2, 6, 3, 9)
    assert masks.draw(1, 1, spot(4, 9, 3, 9), on=False) == Box(4, 6, 3, 9)
    expected = np.zeros(SHAPE[1:], np.bool_)
    expected[2:4, 3:9] = True
    assert np.array_equal(drawn(masks, 1), expected)
    assert masks.area(1, 1) == 12
    assert masks.area(1, 0) == 0
    assert masks.marked_slices(1) == (1,)


def test_what_is_marked_already_is_no_change(masks: EditedMasks) -> None:
    masks.draw(1, 1, spot(2, 6, 3, 9), on=True)
    masks.commit("brush")
    assert masks.draw(1, 1, spot(3, 5, 4, 8), on=True) is None
    assert masks.commit("brush") is None


def test_a_stroke_is_held_within_the_slice(masks: EditedMasks) -> None:
    assert masks.draw(1, 0, spot(-5, 2, 28, 40), on=True) == Box(0, 2, 28, 30)
    assert masks.draw(1, 0, spot(-5, -2, 0, 4), on=True) is None
    assert masks.area(1, 0) == 4


def test_one_stroke_of_many_dabs_is_one_step(masks: EditedMasks) -> None:
    for left in range(0, 20, 2):
        masks.draw(1, 1, spot(5, 8, left, left + 5), on=True)
    edit = masks.commit("brush")
    assert edit is not None
    assert [patch.box for patch in edit.patches] == [Box(5, 8, 0, 23)]
    masks.undo()
    assert not drawn(masks, 1).any()
    masks.redo()
    assert masks.area(1, 1) == 3 * 23


def test_what_is_drawn_and_erased_in_one_stroke_is_no_step(masks: EditedMasks) -> None:
    masks.draw(1, 1, spot(5, 8, 5, 8), on=True)
    masks.draw(1, 1, spot(5, 8, 5, 8), on=False)
    assert masks.commit("brush") is None
    assert masks.undoable == "new"


def test_a_hundred_random_steps_go_back_to_nothing_and_forth_again(masks: EditedMasks) -> None:
    random = np.random.default_rng(1)
    states = [drawn(masks, 1).copy()]
    for _ in range(100):
        top, left = int(random.integers(0, 15)), int(random.integers(0, 25))
        inside = random.random((5, 5)) > 0.5
        masks.draw(1, 1, Spot(Box(top, top + 5, left, left + 5), inside), on=bool(random.random() > 0.3))
        if masks.commit("brush") is not None:
            states.append(drawn(masks, 1).copy())
    for state in reversed(states[:-1]):
        assert masks.undo() is not None
        assert np.array_equal(drawn(masks, 1), state)
    for state in states[1:]:
        masks.redo()
        assert np.array_equal(drawn(masks, 1), state)
    assert masks.redo() is None


def test_a_new_step_ends_what_could_be_done_again(masks: EditedMasks) -> None:
    masks.draw(1, 1, spot(1, 2, 1, 2), on=True)
    masks.commit("brush")
    masks.undo()
    assert masks.redoable == "brush"
    masks.draw(1, 1, spot(3, 4, 3, 4), on=True)
    masks.commit("polygon")
    assert (masks.undoable, masks.redoable) == ("polygon", "")


def test_a_box_is_made_as_it_is_given(masks: EditedMasks) -> None:
    masks.draw(1, 1, spot(0, 10, 0, 10), on=True)
    inside = np.zeros((4, 4), np.bool_)
    inside[0] = True
    assert masks.put(1, 1, Spot(Box(2, 6, 2, 6), inside)) == Box(3, 6, 2, 6)
    assert masks.area(1, 1) == 100 - 12


def test_a_deleted_layer_comes_back_with_all_that_it_marked(masks: EditedMasks) -> None:
    masks.draw(1, 0, spot(1, 3, 1, 3), on=True)
    masks.draw(1, 2, spot(4, 6, 4, 9), on=True)
    masks.commit("brush")
    masks.remove(1, "delete")
    assert not masks.layers
    assert masks.layer(1) is None
    masks.undo()
    assert [layer.name for layer in masks.layers] == ["mine"]
    assert (masks.area(1, 0), masks.area(1, 2)) == (4, 10)
    masks.redo()
    assert masks.marked_slices(1) == ()


def test_a_copy_never_changes_its_source(masks: EditedMasks) -> None:
    source = np.zeros(SHAPE[1:], np.bool_)
    source[3:6, 3:6] = True
    copy = masks.add(Layer(0, "copy", origin="kidney"), "copy", {2: source})
    masks.draw(copy.key, 2, spot(0, 20, 0, 30), on=True)
    assert source.sum() == 9
    assert masks.area(copy.key, 2) == 600
    assert masks.area(1, 2) == 0


def test_a_name_is_changed_and_changed_back(masks: EditedMasks) -> None:
    masks.change(Layer(1, "kidney", is_reader=True), "rename")
    assert masks.layers == (Layer(1, "kidney", is_reader=True),)
    masks.undo()
    assert masks.layers == (Layer(1, "mine"),)


def test_showing_is_no_step(masks: EditedMasks) -> None:
    masks.show(1, False)
    assert masks.hidden == {1}
    masks.show(1, True)
    assert masks.hidden == frozenset()
    assert masks.undoable == "new"


def test_a_new_layer_ends_the_stroke_before_it(masks: EditedMasks) -> None:
    masks.draw(1, 1, spot(1, 3, 1, 3), on=True)
    masks.add(Layer(0, "second"), "new")
    masks.undo()
    assert masks.area(1, 1) == 4
    masks.undo()
    assert masks.area(1, 1) == 0


def test_nothing_to_take_back_is_nothing() -> None:
    masks = EditedMasks(SHAPE)
    assert masks.undo() is None
    assert (masks.undoable, masks.redoable) == ("", "")


def test_the_volume_holds_every_slice(masks: EditedMasks) -> None:
    masks.draw(1, 0, spot(1, 3, 1, 3), on=True)
    volume = masks.volume(1)
    assert volume.shape == SHAPE
    assert volume.sum() == volume[0, 1:3, 1:3].sum() == 4


def test_ten_thousand_steps_take_little_memory() -> None:
    """A brush of 20 pixels on a slice of 512 x 512: some dozen bytes a step, not a mask of 32 KB."""
    masks = EditedMasks((1, 512, 512))
    masks.add(Layer(0, "mine"), "new")
    for step in range(10_000):
        masks.draw(1, 0, spot(10, 30, 10, 30), on=step % 2 == 0)
        masks.commit("brush")
    assert masks.history_bytes < 10_000 * 50


def test_kept_masks_come_back_the_same(masks: EditedMasks) -> None:
    masks.draw(1, 1, Spot(Box(2, 5, 3, 14), np.random.default_rng(0).random((3, 11)) > 0.5), on=True)
    masks.add(Layer(0, "seconde – größer", colour=3, is_reader=True, origin="reader 1"), "new")
    masks.show(2, False)
    back = EditedMasks.unpacked(masks.packed(), SHAPE)
    assert back.layers == masks.layers
    assert back.hidden == {2}
    assert np.array_equal(back.volume(1), masks.volume(1))
    assert back.add(Layer(0, "third"), "new").key == 3
    assert sum(array.nbytes for array in masks.packed().values()) < 500


def about(**changed: object) -> dict[str, AnyArray]:
    """Return kept masks with one layer that marks a pixel, and something wrong with them."""
    masks = EditedMasks(SHAPE)
    masks.add(Layer(0, "mine"), "new")
    masks.draw(1, 0, spot(1, 2, 1, 2), on=True)
    arrays = masks.packed()
    said = json.loads(bytes(arrays["about"])) | changed
    return arrays | {"about": np.frombuffer(json.dumps(said).encode(), np.uint8)}


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"about": np.frombuffer(b"not JSON", np.uint8)},
        {"about": np.frombuffer(b"[]", np.uint8)},
        about(version=99),
        about(shape=[3, 20]),
        about(shape=[3, 20, 31]),
        about(layers=[]),
        about(layers=[{"key": 1}]),
        about(layers=3),
        about(masks=[[1, 0, 0, 900, 0, 4]]),
        about(masks=[[1, 7, 1, 2, 1, 2]]),
        about(masks=[[1, 0, 1, 1, 1, 1]]),
        about(masks=[[1, 0, 1, 9, 1, 9]]),
        about() | {"mask0": np.zeros(1, np.float32)},
    ],
)
def test_garbage_is_refused(arrays: dict[str, AnyArray]) -> None:
    with pytest.raises(ValueError, match="drawn masks"):
        EditedMasks.unpacked(arrays, SHAPE)


def test_a_mask_is_trimmed_to_what_it_marks() -> None:
    mask = np.zeros((9, 9), np.bool_)
    mask[3, 4] = mask[5, 6] = True
    assert whole(mask).trimmed.box == Box(3, 6, 4, 7)
    assert whole(np.zeros((4, 4), np.bool_)).trimmed.box.is_empty


def test_patches_of_one_slice_become_one() -> None:
    one, other = Patch.of(1, 0, spot(0, 2, 0, 2)), Patch.of(1, 0, spot(1, 3, 1, 3))
    (both,) = merged([one, other])
    assert both.box == Box(0, 3, 0, 3)
    assert both.changed.tolist() == [[True, True, False], [True, False, True], [False, True, True]]
    assert len(merged([one, Patch.of(2, 0, spot(0, 1, 0, 1))])) == 2
