"""Augmentation moves picture and masks together and keeps their ranges."""

from dataclasses import replace

import torch

from app.training.augment import Augmentation, augment

NOTHING = Augmentation(degrees=0, translate=0, scale=0, flips=False, gain=0, offset=0, gamma=0)


def _batch() -> tuple[torch.Tensor, torch.Tensor]:
    masks = torch.zeros(8, 1, 32, 32)
    masks[:, :, 8:20, 10:18] = 1
    return masks.clone(), masks


def test_no_change_is_no_change() -> None:
    """With all limits at zero the batch comes back."""
    images = torch.rand(2, 3, 16, 16)
    masks = (torch.rand(2, 2, 16, 16) > 0.5).float()
    same_images, same_masks = augment(images, masks, NOTHING, torch.Generator().manual_seed(0))
    torch.testing.assert_close(same_images, images, atol=1e-5, rtol=0)
    torch.testing.assert_close(same_masks, masks)


def test_picture_and_masks_move_together() -> None:
    """A picture that is its own mask stays so under every rotation, shift, scale and flip."""
    images, masks = _batch()
    how = Augmentation(degrees=180, translate=0.1, scale=0.2, gain=0, offset=0, gamma=0)
    moved, moved_masks = augment(images, masks, how, torch.Generator().manual_seed(1))
    assert torch.equal((moved >= 0.5).float(), moved_masks)
    assert not torch.equal(moved_masks, masks)
    assert all(not torch.equal(moved_masks[0], other) for other in moved_masks[1:])


def test_values_and_masks_keep_their_ranges() -> None:
    """Images stay in [0, 1] and masks stay masks."""
    images, masks = torch.rand(8, 3, 32, 32), _batch()[1]
    changed, changed_masks = augment(images, masks, Augmentation(gain=0.9), torch.Generator().manual_seed(2))
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(changed_masks, (changed_masks > 0.5).float())


def test_size_is_kept_on_average() -> None:
    """A rotation alone keeps a mask's area within its border's rounding."""
    images, masks = _batch()
    how = Augmentation(degrees=90, translate=0, scale=0)
    _, turned = augment(images, masks, how, torch.Generator().manual_seed(3))
    assert (turned.sum(dim=(1, 2, 3)) - 96).abs().max() <= 10


def test_a_picture_and_its_counterpart_are_changed_alike() -> None:
    """Two equal views stay equal, in place and in colour, and a batch without views changes as the first view does."""
    images, masks = torch.rand(4, 3, 32, 32), _batch()[1][:4]
    views = torch.stack([images, images], dim=1)
    changed, _ = augment(views, masks, Augmentation(), torch.Generator().manual_seed(5))
    assert changed.shape == (4, 2, 3, 32, 32)
    torch.testing.assert_close(changed[:, 0], changed[:, 1])
    alone, _ = augment(images, masks, Augmentation(), torch.Generator().manual_seed(5))
    torch.testing.assert_close(changed[:, 0], alone)


def test_bending_moves_points_against_each_other() -> None:
    """Picture and mask bend alike, by about as much as was asked: 0.05 of 32 pixels, 1.6 on average and not ten."""
    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    images = torch.stack([rows, columns])[None].repeat(64, 1, 1, 1) / 31
    how = replace(NOTHING, bend=0.05)
    bent, masks = augment(images, (images[:, :1] > 0.5).float(), how, torch.Generator().manual_seed(0))
    moved = ((bent - images) * 31)[:, :, 8:-8, 8:-8]
    assert 0.8 < moved.square().mean().sqrt() < 3.2
    assert (moved.amax(dim=(2, 3)) - moved.amin(dim=(2, 3))).min() > 0.3
    assert ((bent[:, :1] > 0.5).float() == masks).float().mean() > 0.99
