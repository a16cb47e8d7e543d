"""What is written in one place is read in the other."""

import os
from pathlib import Path

from app.engine.note import NOTE_BYTES, Note


def test_the_file_that_was_touched_last_is_read_and_each_touch_counts() -> None:
    memory = bytearray(NOTE_BYTES)
    ours, theirs = Note(memory), Note(memory)
    assert (theirs.path, theirs.count) == (None, 0)
    ours.write(Path("/study/Größe 1.dcm"))
    assert (theirs.path, theirs.count) == (Path("/study/Größe 1.dcm"), 1)
    ours.write(Path("b"))
    assert (theirs.path, theirs.count) == (Path("b"), 2)
    ours.write(None)
    assert (theirs.path, theirs.count) == (None, 3)


def test_a_name_that_does_not_fit_is_no_name_and_one_that_is_no_text_is_kept() -> None:
    note = Note(bytearray(NOTE_BYTES))
    odd = Path(os.fsdecode(b"/study/\xff.dcm"))
    note.write(odd)
    assert note.path == odd
    note.write(Path("x" * NOTE_BYTES))
    assert note.path is None
