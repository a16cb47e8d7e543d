"""The state of the window, without a window."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.domain.case import Window
from app.domain.errors import EngineError
from app.ui.choice import Message, Tone
from app.ui.session import Session
from tests.ui.studies import CARDS, HandWork, card, is_whole, readers_of, series


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Session:
    """Return the session with the series open."""
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"))
    qtbot.waitUntil(lambda: is_whole(session))
    return session


def _messages(session: Session) -> list[Message]:
    heard: list[Message] = []
    session.message_raised.connect(heard.append)
    return heard


def _run(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.run_finished):
        session.run()


def _release(qtbot: QtBot, session: Session, work: HandWork, step: int) -> None:
    """Let a held run take one step and wait until it is shown."""
    work.steps.release()
    qtbot.waitUntil(lambda: session.view.step == step)


def test_a_series_opens_at_its_middle_slice_with_its_own_window(opened: Session) -> None:
    assert opened.view.slice_index == 2
    assert opened.view.window == Window(40, 400)


def test_a_model_that_fits_the_picture_is_offered(qtbot: QtBot, session: Session) -> None:
    assert session.choice.card is CARDS[0]
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("lesion.jpg"))
    assert session.choice.card is CARDS[1]
    assert session.view.levels == {1}  # at least 1 of 2 is half of the readers


def test_a_bad_file_says_one_sentence_and_keeps_the_old_case(qtbot: QtBot, opened: Session) -> None:
    before, heard = opened.case, _messages(opened)
    with qtbot.waitSignal(opened.message_raised):
        opened.open_study(Path("/some/where/broken.dcm"))
    assert [message.text for message in heard] == [
        "Cannot open broken.dcm: it is not an image file that Concord knows."
    ]
    assert heard[0].tone is Tone.ERROR
    assert opened.case is before


def test_a_run_ends_with_a_final_frame_its_warnings_and_something_to_export(qtbot: QtBot, opened: Session) -> None:
    heard = _messages(opened)
    could_export = opened.can_export
    _run(qtbot, opened)
    assert not could_export
    assert opened.frame is not None
    assert opened.frame.final
    assert opened.view.step is None
    assert opened.can_export
    assert heard == []
    assert opened.shown_run is not None
    assert opened.shown_run.result is not None
    assert opened.shown_run.result.warnings == ("A made-up warning.",)


def test_live_steps_are_shown_as_intermediate(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    work.is_free = False
    opened.run()
    _release(qtbot, opened, work, 0)
    assert opened.frame is not None
    assert not opened.frame.final
    assert opened.view.step == 0
    assert not opened.can_export
    _release(qtbot, opened, work, 1)
    assert opened.view.step == 1


def test_a_user_who_looks_at_an_early_step_is_not_pulled_away(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    work.is_free = False
    opened.run()
    _release(qtbot, opened, work, 0)
    _release(qtbot, opened, work, 1)
    opened.show_step(0)
    with qtbot.waitSignal(opened.run_finished):
        work.is_free = True
    held = opened.view.step
    opened.show_step(2)
    assert (held, opened.view.step) == (0, None)
    assert opened.frame is not None
    assert opened.frame.final


def test_overlays_belong_to_their_slice(qtbot: QtBot, opened: Session) -> None:
    _run(qtbot, opened)
    found = opened.frame
    frames: list[object] = []
    opened.frame_changed.connect(frames.append)
    opened.step_slices(1)
    assert opened.frame is None
    opened.step_slices(-1)
    assert opened.frame is found
    assert frames == [None, found]


def test_scrolling_away_during_a_run_shows_nothing_of_it_there(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    work.is_free = False
    opened.run()
    _release(qtbot, opened, work, 0)
    opened.step_slices(1)
    with qtbot.waitSignal(opened.run_finished):
        work.is_free = True
    elsewhere = opened.frame
    opened.step_slices(-1)
    assert elsewhere is None
    assert opened.frame is not None
    assert opened.frame.final


def test_cancel_drops_later_frames_and_brings_the_former_result_back(
    qtbot: QtBot, opened: Session, work: HandWork
) -> None:
    _run(qtbot, opened)
    former = opened.frame
    work.is_free = False
    opened.run()
    work.steps.release()
    qtbot.waitUntil(lambda: opened.frame is not former)
    opened.cancel()
    assert opened.frame is former
    work.is_free = True
    qtbot.wait(80)
    assert opened.frame is former
    assert work.stopped.is_set()


def test_after_a_cancel_one_can_run_again(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    work.is_free = False
    opened.run()
    opened.cancel()
    work.is_free = True
    _run(qtbot, opened)
    assert opened.frame is not None
    assert opened.frame.final


def test_a_failed_run_says_why_and_keeps_the_former_result(
    qtbot: QtBot, opened: Session, work: HandWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(qtbot, opened)
    former, heard = opened.frame, _messages(opened)

    def broken(*_: object) -> None:
        raise EngineError("The process that runs the models stopped unexpectedly; run again.")

    monkeypatch.setattr(work, "segment", broken)
    with qtbot.waitSignal(opened.message_raised):
        opened.run()
    assert [message.text for message in heard] == ["The process that runs the models stopped unexpectedly; run again."]
    assert opened.frame is former


def test_masks_opened_after_a_run_turn_diversity_into_ged(qtbot: QtBot, opened: Session) -> None:
    _run(qtbot, opened)
    assert opened.frame is not None
    assert opened.frame.findings.ged is None
    opened.open_references([Path("a_seg.nii.gz")])
    qtbot.waitUntil(lambda: opened.frame is not None and opened.frame.findings.ged is not None)
    assert opened.frame.findings.readers == 2
    assert opened.view.references


def test_masks_opened_during_a_run_count_too(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    work.is_free = False
    opened.run()
    with qtbot.waitSignal(opened.case_changed):
        opened.open_references([Path("a_seg.nii.gz")])
    with qtbot.waitSignal(opened.run_finished):
        work.is_free = True
    qtbot.waitUntil(lambda: opened.frame is not None and opened.frame.findings.ged is not None)


def test_masks_need_an_image_first(session: Session) -> None:
    heard = _messages(session)
    session.open_references([Path("a_seg.nii.gz")])
    assert [message.text for message in heard] == ["Open an image first: readers' masks are shown on it."]


def test_levels_toggle_within_what_there_is(opened: Session) -> None:
    assert opened.view.levels == {2}  # at least 2 of 3
    opened.toggle_level(3)
    opened.toggle_level(2)
    opened.toggle_level(9)
    assert opened.view.levels == {3}
    opened.show_all_levels(True)
    assert opened.view.levels == {1, 2, 3}
    opened.show_all_levels(False)
    assert opened.view.levels == set()


def test_slices_stop_at_both_ends(opened: Session) -> None:
    opened.step_slices(100)
    assert opened.view.slice_index == 4
    opened.step_slices(-100)
    assert opened.view.slice_index == 0


def test_reset_brings_the_files_own_window_back(opened: Session) -> None:
    opened.set_window(Window(0, 1))
    opened.set_view(replace(opened.view, inverted=True))
    opened.reset_window()
    assert opened.view.window == Window(40, 400)
    assert not opened.view.inverted


def test_nothing_runs_without_a_case(session: Session) -> None:
    heard = _messages(session)
    session.run()
    assert [message.text for message in heard] == ["Open an image first."]


def test_a_region_model_waits_for_a_click(qtbot: QtBot, opened: Session, work: HandWork) -> None:
    heard = _messages(opened)
    opened.choose(opened.choice.with_model(card("nodule", crop_px=20)))
    opened.run()
    assert heard[0].text.startswith("Click on the structure in the image first")
    opened.point_at(10.0, 12.0)
    _run(qtbot, opened)
    assert work.runs == 1


def test_a_whole_slice_model_takes_no_region(opened: Session) -> None:
    opened.point_at(10.0, 12.0)
    assert opened.choice.options.region is None


def test_another_case_forgets_the_runs_of_the_former(qtbot: QtBot, opened: Session) -> None:
    _run(qtbot, opened)
    with qtbot.waitSignal(opened.case_changed):
        opened.open_study(Path("lesion.jpg"))
    assert opened.frame is None


def test_only_the_latest_runs_keep_their_steps(qtbot: QtBot, opened: Session) -> None:
    for index in range(5):
        opened.show_slice(index)
        _run(qtbot, opened)
    opened.show_slice(0)
    assert opened.shown_run is not None
    assert opened.shown_run.frames == {}
    assert opened.frame is not None
    assert opened.frame.final
    opened.show_slice(1)
    assert len(opened.shown_run.frames) == 3


def test_references_given_with_the_file_are_counted_at_once(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.case_changed):
        session.open_study(Path("series"), [Path("a_seg.nii.gz")])
    assert session.case is not None
    assert session.case.references is not None
    assert session.case.references.count == readers_of(series()).count
