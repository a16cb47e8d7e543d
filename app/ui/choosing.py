"""The chooser of a series in the picture's place."""

from dataclasses import replace

from app.domain.case import Case
from app.ui.chooser import SeriesChooser
from app.ui.opening import Choice
from app.ui.workplace import Workplace


class SeriesChoosing:
    """Offers the series of a folder until one is chosen or the chooser is dismissed."""

    def __init__(self, workplace: Workplace) -> None:
        """Wait for a folder with several series.

        Args:
            workplace: that gets the chooser.
        """
        self.chooser = SeriesChooser()
        self._session, self._canvas, self._place = workplace.session, workplace.canvas, workplace.place
        self._offer: Choice | None = None
        self._place.addWidget(self.chooser)
        files = self._session.files
        files.choice_offered.connect(self._on_offered)
        files.picture_came.connect(self.chooser.set_picture)
        self._session.case_changed.connect(self._on_case_changed)
        self.chooser.series_chosen.connect(self._on_chosen)
        self.chooser.dismissed.connect(self._on_dismissed)

    def close(self) -> None:
        """Nothing runs in the background."""

    def _on_offered(self, choice: Choice) -> None:
        self._offer = choice
        self.chooser.offer(choice.order.path.name, choice.offered)
        self._place.setCurrentWidget(self.chooser)

    def _on_chosen(self, index: int) -> None:
        if self._offer is not None:
            self._session.files.open(replace(self._offer.order, files=self._offer.offered.offers[index].files))

    def _on_dismissed(self) -> None:
        self._end()
        self._session.files.cancel_opening()

    def _on_case_changed(self, case: Case) -> None:  # noqa: ARG002 - the signal's argument
        self._end()

    def _end(self) -> None:
        """Give the place back to the picture."""
        self._offer = None
        self._place.setCurrentIndex(0)
        self._canvas.setFocus()
