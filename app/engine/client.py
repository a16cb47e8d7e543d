"""The window's half: a warm child process seen as a generator."""

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.errors import EngineError, EngineStalledError, RunCancelledError
from app.domain.words import mark, spoken, tr
from app.engine.child import Asked, Said, serve
from app.engine.note import NOTE_BYTES, Note
from app.engine.wire import receive, send, widen

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

PATIENCE_S = 0.4
POLL_S = 0.02
GRACE_S = 1.0
CANCELLED = mark("The run was cancelled.")
_LAST = {Said.RETURNED, Said.FAILED}


class Engine:
    """A child process that runs one job at a time and is started again when it dies.

    `run` belongs in a worker thread; every other method returns at once and may be called from any thread.
    """

    def __init__(self, job: str, threads: int | None = None) -> None:
        """Name the job; nothing is started yet.

        Args:
            job: "package.module:function" of a function that returns a generator; it is found in the child.
            threads: that libraries of numerics may use there; None leaves one core to the window.
        """
        self._job = job
        self._threads = threads or max(1, (os.cpu_count() or 2) - 1)
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipes: _Pipes | None = None
        self._is_ready = False
        self._cancelled = threading.Event()
        self._wishes: deque[Any] = deque()
        self._note: Note | None = None
        self.patience: Callable[[Path | None], float] | None = None
        """Seconds without a word or a touched file after which a job's process is killed, once it has started, for the
        file that was touched last; None waits for ever."""

    @property
    def touched(self) -> Path | None:
        """The file that the job touched last, whatever has become of its process."""
        return None if self._note is None else self._note.path

    def warm(self) -> None:
        """Start the process, so that it has loaded its libraries by the time of the first run."""
        with self._lock:
            self._start()

    def run(self, *arguments: Any) -> Generator[Any, None, Any]:
        """Run the job, yielding what it yields and returning what it returns.

        Raises:
            AppError: what the job raised, as it raised it.
            RunCancelledError: `cancel` was called; the process answered or was killed.
            EngineStalledError: the job said nothing for longer than `patience` has it; its process was killed.
            EngineError: the process died or could not be started.
        """
        self._cancelled.clear()
        self._wishes.clear()
        with self._lock:
            pipes = self._start()
        pipes.note.write(None)
        try:
            send(pipes.orders, (Asked.RUN, arguments))
            while True:
                said, value = self._receive(pipes)
                match said:
                    case Said.YIELDED:
                        yield value
                    case Said.RETURNED:
                        return value
                    case Said.FAILED:
                        raise value
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            self._kill()
            raise EngineError(tr("The process that runs the models stopped unexpectedly; run again.")) from error
        except GeneratorExit:
            self._kill()
            raise

    def cancel(self) -> None:
        """Ask the running job to stop; if it has not after 0.4 s, its process is killed."""
        self._cancelled.set()

    def wish(self, value: Any) -> None:
        """Send a value into the running job's generator; dropped where no job runs any more."""
        self._wishes.append(value)

    def close(self) -> None:
        """End the process."""
        self._cancelled.set()
        self._kill()

    def _start(self) -> "_Pipes":
        """Return the pipes to a living process, starting one if needed; call with the lock held."""
        if self._pipes is not None and self._process is not None and self._process.is_alive():
            return self._pipes
        context = multiprocessing.get_context("spawn")
        theirs_in, orders = context.Pipe(duplex=False)
        answers, theirs_out = context.Pipe(duplex=False)
        widen(answers)
        memory = context.RawArray("B", NOTE_BYTES)
        arguments = (theirs_in, theirs_out, memory, self._job, self._threads, spoken())
        try:
            self._process = context.Process(target=serve, args=arguments, daemon=True)
            self._process.start()
            self._is_ready = False
        except OSError as error:
            raise EngineError(
                tr("The process that runs the models cannot be started: {reason}.").format(reason=error.strerror)
            ) from error
        finally:
            theirs_in.close()
            theirs_out.close()
        self._note = Note(memory)
        self._pipes = _Pipes(orders, answers, self._note)
        return self._pipes

    def _receive(self, pipes: "_Pipes") -> tuple[Said, Any]:
        """Wait for the next answer that belongs to the run."""
        asked_at: float | None = None
        silence = _Silence(pipes.note)
        while True:
            if self._cancelled.is_set():
                asked_at = self._insist(pipes.orders, asked_at)
            while self._wishes:
                send(pipes.orders, (Asked.WISH, self._wishes.popleft()))
            if not pipes.answers.poll(POLL_S):
                self._end_silence(silence.seconds(), pipes.note.path)
                continue
            silence = _Silence(pipes.note)
            said, value = receive(pipes.answers)
            self._is_ready = True
            if asked_at is not None and said in _LAST:
                raise RunCancelledError(tr(CANCELLED))
            if asked_at is None and said is not Said.READY:
                return said, value

    def _insist(self, orders: Connection, asked_at: float | None) -> float:
        """Ask the job to stop, or kill its process when it has been asked for too long."""
        if asked_at is None:
            send(orders, (Asked.CANCEL, None))
            return time.monotonic()
        if time.monotonic() - asked_at > PATIENCE_S:
            self._kill()
            raise RunCancelledError(tr(CANCELLED))
        return asked_at

    def _end_silence(self, seconds: float, touched: Path | None) -> None:
        """Kill the process of a job that has said nothing for too long."""
        if self._is_ready and self.patience is not None and seconds > self.patience(touched):
            self._kill()
            raise EngineStalledError(
                tr("The process in the background gave no answer for {seconds} s.").format(seconds=f"{seconds:.0f}")
            )

    def _kill(self) -> None:
        with self._lock:
            process, pipes = self._process, self._pipes
            self._process = self._pipes = None
        if pipes is not None:
            pipes.orders.close()
            pipes.answers.close()
        if process is not None:
            process.terminate()
            process.join(GRACE_S)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


@dataclass(frozen=True, slots=True)
class _Pipes:
    """Our ends of the two pipes to a process, and what it notes."""

    orders: Connection
    answers: Connection
    note: Note


class _Silence:
    """How long nothing was heard of a job: neither an answer nor a note."""

    def __init__(self, note: Note) -> None:
        self._note, self._count = note, note.count
        self._since = time.monotonic()

    def seconds(self) -> float:
        """Return how long it has lasted."""
        if self._note.count != self._count:
            self._count, self._since = self._note.count, time.monotonic()
        return time.monotonic() - self._since
