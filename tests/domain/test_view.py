"""What is seen before anybody chooses."""

from app.domain.measure import Kind, Measurement
from app.domain.view import View


def test_a_fresh_view_shows_the_final_result_with_its_ambiguous_band() -> None:
    """Core and outer limit first; the soft map, the readers' outlines and single levels on demand."""
    view = View()
    assert view.step is None
    assert view.band
    assert not any((view.hidden, view.soft, view.references, view.refined, view.inverted))
    assert view.levels == frozenset()


def test_a_measurement_is_shown_on_its_own_slice_and_while_it_is_wanted() -> None:
    here, there = (Measurement(Kind.POINT, index, ((1.0, 1.0),)) for index in (2, 3))
    assert View(slice_index=2, measurements=(here, there)).shown_measurements == (here,)
    assert View(slice_index=2, measurements=(here, there), measured=False).shown_measurements == ()


def test_what_was_measured_of_a_result_goes_with_it() -> None:
    """Hidden, or on the way at an earlier diffusion step, the result is not there; the reader's own line is."""
    own = Measurement(Kind.DISTANCE, 0, ((1.0, 1.0), (2.0, 2.0)))
    of_result = Measurement(Kind.DISTANCE, 0, ((1.0, 1.0), (2.0, 2.0)), of="all 7 readers")
    both = (own, of_result)
    assert View(measurements=both).shown_measurements == both
    assert View(measurements=both, hidden=True).shown_measurements == (own,)
    assert View(measurements=both, step=2).shown_measurements == (own,)


def test_what_was_measured_of_a_result_goes_with_no_other_one() -> None:
    """What an older session does not tie to any result goes with none."""
    own, of_first, of_second, untied = (
        Measurement(Kind.POINT, 0, ((1.0, 1.0),), of, run)
        for of, run in (("", ""), ("all 7 readers", "first"), ("all 7 readers", "second"), ("all 7 readers", ""))
    )
    view = View(measurements=(own, of_first, of_second, untied))
    assert view.beside("first").measurements == (own, of_first)
    assert view.beside("").measurements == (own,)
