"""Keeps the parts of a stack running: start in stages, restart with a cap, stop in order."""

import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from talent_local.home import Home
from talent_local.parts import Part, PartError, start, stop, wait_ready
from talent_local.state import Identity, PartState, StackState

RESTARTS_A_MINUTE = 5


@dataclass(frozen=True)
class Stage:
    """Parts that start side by side, after `before` has run."""

    parts: Sequence[Part]
    before: Callable[[], None] = lambda: None


class Supervisor:
    """Runs stages one after another; one thread watches each part."""

    def __init__(self, stages: Sequence[Stage], home: Home, state: StackState) -> None:
        self._stages = stages
        self._home = home
        self._state = state
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        for stage in stages:
            for part in stage.parts:
                state.parts[part.name] = PartState(ports=dict(part.ports), log=str(part.log))
        state.write(home)

    def run(self) -> bool:
        """Start everything, watch it until `stop` is called, stop it. False if a start failed."""
        try:
            for stage in self._stages:
                if self._stopping.is_set():
                    break
                stage.before()
                self._start_side_by_side(stage.parts)
            else:
                self._write(doing="ready")
            self._stopping.wait()
        except Exception as error:
            # Whatever it was, nothing may be left running.
            self._stopping.set()
            self._stop_all()
            self._write(doing="failed", reason=str(error) or type(error).__name__)
            if not isinstance(error, PartError):
                raise
            return False
        self._write(doing="stopping")
        self._stop_all()
        self._write(doing="stopped")
        return True

    def stop(self) -> None:
        """Ask `run` to end; for a signal handler."""
        self._stopping.set()

    def _start_side_by_side(self, parts: Sequence[Part]) -> None:
        with ThreadPoolExecutor(max_workers=len(parts) or 1) as pool:
            list(pool.map(self._start, parts))
        for part in parts:
            threading.Thread(target=self._watch, args=(part,), daemon=True).start()

    def _start(self, part: Part) -> None:
        began = time.monotonic()
        with self._lock:
            # Under the lock, so that no part starts behind the back of an orderly stop.
            if self._stopping.is_set():
                return
            process = start(part)
            self._processes[part.name] = process
            self._state.parts[part.name].identity = Identity.of(process.pid)
            self._state.write(self._home)
        wait_ready(part, process, give_up=self._stopping.is_set)
        self._write_part(part, state="ready", reason="", seconds=time.monotonic() - began)

    def _watch(self, part: Part) -> None:
        """Restart the part whenever it ends, until it ends too often or the stack stops."""
        ended: deque[float] = deque(maxlen=RESTARTS_A_MINUTE)
        while not self._stopping.is_set():
            code = self._processes[part.name].wait()
            if self._stopping.is_set():
                return
            now = time.monotonic()
            if len(ended) == RESTARTS_A_MINUTE and now - ended[0] < 60:
                reason = f"ended {RESTARTS_A_MINUTE + 1} times in a minute; see {part.log}"
                self._write_part(part, state="failed", reason=reason)
                return
            pause = 0.1 * 2 ** sum(1 for moment in ended if now - moment < 60)
            ended.append(now)
            self._write_part(part, state="restarting", reason=f"ended with status {code}")
            self._state.parts[part.name].restarts += 1
            self._stopping.wait(pause)
            try:
                self._start(part)
            except PartError as error:
                # A restart that hangs is ended too, and counts like a crash.
                stop(self._processes[part.name], part.stop_seconds)
                self._write_part(part, state="restarting", reason=str(error))

    def _stop_all(self) -> None:
        """Services first and side by side, then what they stand on, each after its users."""
        with self._lock:
            running = dict(self._processes)
        *foundation, services = [stage.parts for stage in self._stages]
        with ThreadPoolExecutor(max_workers=len(services) or 1) as pool:
            list(pool.map(lambda part: self._stop_one(part, running), services))
        for parts in reversed(foundation):
            for part in reversed(parts):
                self._stop_one(part, running)

    def _stop_one(self, part: Part, running: dict[str, subprocess.Popen[bytes]]) -> None:
        if part.name in running:
            stop(running[part.name], part.stop_seconds)
            self._write_part(part, state="stopped")

    def _write_part(self, part: Part, *, state: str, **fields: str | float) -> None:
        with self._lock:
            row = self._state.parts[part.name]
            row.state = state
            for name, value in fields.items():
                setattr(row, name, value)
            self._state.write(self._home)

    def _write(self, *, doing: str, reason: str = "") -> None:
        with self._lock:
            self._state.doing, self._state.reason = doing, reason
            self._state.write(self._home)
