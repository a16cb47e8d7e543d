"""A log of what was run and what was handed on, as JSON lines; switched on by its user, and without names or paths."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.errors import OutputError
from app.domain.result import Provenance
from app.domain.words import tr
from app.export.order import Output

AUDIT_SCHEMA = "concord-audit/1"


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A file that only grows, readable by its user alone.

    Each line is an object with `schema`, `time` (UTC), `event` ("run" or "export"), `pixels_sha256` of the slice, and
    the run's `model`, `weights_sha256`, `version`, `seed`, `samples_per_level`, `steps` and `device`; an export adds
    `outputs` (the kinds of files) and `deidentified`.

    Attributes:
        path: of the file.
    """

    path: Path

    def ran(self, pixels_sha256: str, provenance: Provenance) -> None:
        """Note that a model was run on a slice.

        Raises:
            OutputError: the file cannot be written.
        """
        self._add("run", pixels_sha256, provenance, {})

    def exported(
        self, pixels_sha256: str, provenance: Provenance, outputs: Iterable[Output], *, deidentified: bool
    ) -> None:
        """Note that a result was handed on.

        Raises:
            OutputError: the file cannot be written.
        """
        kinds = [output.name.lower() for output in Output if output in set(outputs)]
        self._add("export", pixels_sha256, provenance, {"outputs": kinds, "deidentified": deidentified})

    def check(self) -> None:
        """Make sure that the file can be written, before any work is done.

        Raises:
            OutputError: it cannot.
        """
        self._append(b"")

    def _add(self, event: str, pixels_sha256: str, made: Provenance, more: dict[str, Any]) -> None:
        line = {
            "schema": AUDIT_SCHEMA,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "event": event,
            "pixels_sha256": pixels_sha256,
            "model": made.model,
            "weights_sha256": made.weights_sha256,
            "version": made.version,
            "seed": made.seed,
            "samples_per_level": made.samples,
            "steps": made.steps,
            "device": made.device,
        }
        self._append(json.dumps(line | more).encode() + b"\n")

    def _append(self, content: bytes) -> None:
        """Append in one go, so that two programs may share the file."""
        try:
            place = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(place, "ab", buffering=0) as file:
                file.write(content)
        except OSError as error:
            reason = (error.strerror or "").lower() or tr("the disk refused it")
            raise OutputError(
                tr("Cannot write the audit log {name}: {reason}.").format(name=self.path.name, reason=reason)
            ) from error
