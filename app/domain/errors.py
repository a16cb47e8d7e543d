"""What can go wrong in a clinician's hands; every message is one sentence fit to show."""

from app.domain.words import tr


class AppError(Exception):
    """An error that a user can meet, with a sentence fit to show."""

    @property
    def sentence(self) -> str:
        """The sentence, with its English and without names of files, which `str` does not keep."""
        said: str = self.args[0]
        return said


class UnreadableFileError(AppError):
    """A file that cannot be opened as what it was given for."""

    def __init__(self, name: str, reason: str) -> None:
        """Say which file and why.

        Args:
            name: the file's name without its folder.
            reason: the rest of the sentence, lower case, without a full stop.
        """
        super().__init__(tr("Cannot open {name}: {reason}.").format(name=name, reason=reason))
        self.name = name
        self.reason = reason

    def __reduce__(self) -> tuple[type["UnreadableFileError"], tuple[str, str]]:
        """Cross a process boundary whole."""
        return type(self), (self.name, self.reason)


class MissingSliceError(AppError):
    """A slice that is needed and not here."""

    def __init__(self, index: int, reason: str = "") -> None:
        """Say which slice, and why it never will be here if that is so.

        Args:
            index: of the slice, from 0.
            reason: the rest of the sentence, lower case, without a full stop; "" where it is still to come.
        """
        super().__init__(
            tr("Slice {n} cannot be read: {fault}.").format(n=index + 1, fault=reason)
            if reason
            else tr("Slice {n} has not been read yet.").format(n=index + 1)
        )
        self.index = index
        self.reason = reason

    def __reduce__(self) -> tuple[type["MissingSliceError"], tuple[int, str]]:
        """Cross a process boundary whole."""
        return type(self), (self.index, self.reason)


class UnfitReferenceError(AppError):
    """Reference masks that do not belong to the open image."""


class MissingModelError(AppError):
    """A model that is not installed, or whose files are damaged."""


class UnfitInputError(AppError):
    """An image, slice or region that the chosen model cannot take."""


class OutputError(AppError):
    """A place that cannot be written to."""


class DeviceError(AppError):
    """A device that this computer does not have or that ran out of memory."""


class EngineError(AppError):
    """The process that runs the models stopped or could not be started."""


class EngineStalledError(EngineError):
    """A job that said nothing for so long that its process was ended."""


class TrainingError(AppError):
    """Data or settings that no model can be trained on."""


class RunCancelledError(AppError):
    """A run that its user stopped."""
