"""A part of the network: a process of its own, with a log file and a check that it is ready."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import cycle
from pathlib import Path

# Becomes the command after asking to be killed when the thread that started it ends. A process of
# its own and no preexec_fn: forking a process that runs gRPC breaks the child. Only Linux has it;
# elsewhere a killed test run leaves its processes behind.
_MORTAL = (
    sys.executable,
    "-SEc",
    "import ctypes, os, sys\n"
    "if sys.platform == 'linux':\n"
    "    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL\n"
    "os.execv(sys.argv[1], sys.argv[1:])",
)


class PartError(Exception):
    """A part could not be started; the sentence says what to do."""


@dataclass(frozen=True)
class Part:
    """What is started, where it writes, and how to ask it whether it is ready.

    `prepare` runs before each start and must be safe to repeat. `not_ready` gives None when the
    part answered a real request, else the reason. `stop_seconds` is how long an orderly stop may
    take before the process is killed.
    """

    name: str
    command: tuple[str, ...]
    log: Path
    not_ready: Callable[[], str | None]
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    prepare: Callable[[], None] = lambda: None
    ready_seconds: float = 60
    stop_seconds: float = 15


# Below the ports that Linux (32768) and others (49152) lend to outgoing connections: one of those
# may take a port between our look and the server's start.
_OWN_PORTS = range(20000, 32768)
_SHARES = 64


def free_port() -> int:
    """A port nobody listens on now. Nobody else is given it before its server has started: two
    processes hardly have the same share, and one is not given a port again soon."""
    return next(port for port in _share(os.getpid() % _SHARES) if not is_busy(port))


@cache
def _share(number: int) -> Iterator[int]:
    return cycle(_OWN_PORTS[number::_SHARES])


def is_busy(port: int) -> bool:
    """Whether somebody listens on this port of the loopback."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def start(part: Part, *, dies_with_us: bool = False) -> subprocess.Popen[bytes]:
    """Start the process; its output goes to the part's log, in a session of its own.

    The session keeps a Ctrl-C in the terminal from reaching the part before its supervisor
    has stopped the others in order.
    """
    part.prepare()
    part.log.parent.mkdir(parents=True, exist_ok=True)
    with part.log.open("ab") as log:
        return subprocess.Popen(
            (*_MORTAL, *part.command) if dies_with_us else part.command,
            env={**part.env} or None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_ready(
    part: Part, process: subprocess.Popen[bytes], give_up: Callable[[], bool] = lambda: False
) -> None:
    """Ask until the part is ready, or `give_up`. Raises PartError if it ended or took too long."""
    deadline = time.monotonic() + part.ready_seconds
    while (reason := part.not_ready()) is not None and not give_up():
        if process.poll() is not None:
            raise PartError(
                f"{part.name} ended with status {process.returncode}. "
                f"Its last lines, from {part.log}:\n{tail(part.log)}"
            )
        if time.monotonic() > deadline:
            raise PartError(
                f"{part.name} was not ready after {part.ready_seconds:.0f} s: {reason}. "
                f"See {part.log}."
            )
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask the process to end, and kill it when it does not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running(part: Part) -> Iterator[subprocess.Popen[bytes]]:
    """Start a part, wait until it is ready, stop it at the end; it never outlives this process."""
    process = start(part, dies_with_us=True)
    try:
        wait_ready(part, process)
        yield process
    finally:
        stop(process, part.stop_seconds)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
