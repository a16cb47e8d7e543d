"""What is seen before anybody chooses."""

from app.domain.view import View


def test_a_fresh_view_shows_the_final_result_with_its_ambiguous_band() -> None:
    """Core and outer limit first; the soft map, the readers' outlines and single levels on demand."""
    view = View()
    assert view.step is None
    assert view.band
    assert not any((view.hidden, view.soft, view.references, view.refined, view.inverted))
    assert view.levels == frozenset()
