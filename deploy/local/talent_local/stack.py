"""What `talent up`, `down`, `status` and `logs` do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import psutil

from talent_local.database import database
from talent_local.home import Home
from talent_local.issuer import issuer_part
from talent_local.kafka import kafka
from talent_local.parts import Part, PartError, is_busy, tail
from talent_local.secret_files import ensure_secrets
from talent_local.services import service
from talent_local.settings import ELSEWHERE, SERVICES, LocalSettings, is_elsewhere, port_setting
from talent_local.state import Identity, StackState, read_state

# In the order in which they start; they stop the other way round.
FOUNDATION = ("database", "kafka", "issuer")
PARTS = (*FOUNDATION, *SERVICES)
_UP_SECONDS = 300
_DOWN_SECONDS = 90

Say = Callable[[str], None]


def chosen_parts(only: Sequence[str]) -> list[str]:
    """The parts to start: those named, else all; never those that the environment has elsewhere."""
    unknown = sorted(set(only) - set(PARTS))
    if unknown:
        raise PartError(f"There is no part named {unknown[0]}. The parts are {', '.join(PARTS)}.")
    wanted = [name for name in PARTS if name in only] if only else list(PARTS)
    return [name for name in wanted if not is_elsewhere(name)]


def build_part(name: str, home: Home, settings: LocalSettings) -> Part:
    """One part, ready to be started."""
    if name == "kafka":
        return kafka(
            home, port=settings.port("kafka"), controller_port=settings.port("kafka controller")
        )
    if name == "database":
        return database(home, port=settings.port("database"))
    if name == "issuer":
        return issuer_part(home, port=settings.port("issuer"))
    return service(name, home, settings)


def up(home: Home, settings: LocalSettings, *, only: Sequence[str], say: Say) -> None:
    """Start the stack and come back when all of it is ready. Raises PartError with what to do."""
    state = read_state(home)
    if state is not None and state.supervisor.process():
        say("The stack is up already.")
        _follow_start(home, state.supervisor.pid, say)
        return
    if state is not None:
        _stop_leftovers(state)
    ensure_secrets(home)
    home.link_skills()
    names = chosen_parts(only)
    for name in ELSEWHERE:
        if is_elsewhere(name):
            say(f"{name}: not started here, {ELSEWHERE[name]} is set")
    _check_ports([build_part(name, home, settings) for name in names])
    _follow_start(home, _start_supervisor(home, settings, names), say)


def down(home: Home, say: Say) -> None:
    """Stop what `up` started, and only that, in order."""
    state = read_state(home)
    if state is None or not (state.supervisor.process() or _living(state)):
        say("Nothing is up.")
        return
    supervisor = state.supervisor.process()
    if supervisor:
        supervisor.terminate()
        _gone, alive = psutil.wait_procs([supervisor], timeout=_DOWN_SECONDS)
        for process in alive:
            process.kill()
    _stop_leftovers(read_state(home) or state)
    say("Everything that was started is stopped.")


def log_lines(home: Home, names: Sequence[str], *, follow: bool) -> Iterator[str]:
    """The last lines of these parts' logs; then, with `follow`, each new line as it comes."""
    paths = {name: home.logs / f"{name}.log" for name in names}
    read_to = {name: path.stat().st_size if path.exists() else 0 for name, path in paths.items()}
    for name, path in paths.items():
        yield from (f"{name}: {line}" for line in tail(path, 40).splitlines())
    while follow:
        for name, path in paths.items():
            if path.exists() and path.stat().st_size > read_to[name]:
                with path.open("rb") as file:
                    file.seek(read_to[name])
                    # Whole lines only; the rest comes with the next look.
                    fresh, newline, _rest = file.read().rpartition(b"\n")
                read_to[name] += len(fresh + newline)
                yield from (
                    f"{name}: {line}" for line in fresh.decode(errors="replace").split("\n")
                )
        time.sleep(0.2)


def _check_ports(parts: Sequence[Part]) -> None:
    for part in parts:
        for name, port in part.ports.items():
            if is_busy(port):
                raise PartError(
                    f"Port {port}, meant for {name}, is taken by {_holder(port)}. Stop that, set "
                    f"{port_setting(name)} to a free port, or move the whole stack with "
                    f"TALENT_LOCAL_PORT_BASE (talent up --port-base NUMBER)."
                )


def _holder(port: int) -> str:
    for process in psutil.process_iter():
        try:
            for connection in process.net_connections("tcp"):
                at = connection.laddr
                if connection.status == psutil.CONN_LISTEN and at and at.port == port:
                    return f"{process.name()} (process {process.pid})"
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return "another program"


def _start_supervisor(home: Home, settings: LocalSettings, names: Sequence[str]) -> int:
    """Start the process that keeps the parts running, away from this terminal."""
    with (home.logs / "stack.log").open("ab") as log:
        process = subprocess.Popen(
            (sys.executable, "-m", "talent_local", *names),
            env={
                **os.environ,
                "TALENT_HOME": str(home.root),
                "TALENT_LOCAL_PORT_BASE": str(settings.port_base),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return process.pid


def _follow_start(home: Home, supervisor: int, say: Say) -> None:
    """Tell of each part that becomes ready; raise PartError when one does not."""
    told: set[str] = set()
    deadline = time.monotonic() + _UP_SECONDS
    while time.monotonic() < deadline:
        state = read_state(home)
        if state is not None and state.supervisor.pid == supervisor:
            for name, part in state.parts.items():
                if part.state == "ready" and name not in told:
                    told.add(name)
                    say(f"{name}: ready ({part.seconds:.1f} s)")
            if state.doing == "ready":
                return
            if state.doing != "starting":
                raise PartError(state.reason or "The stack was stopped while it started.")
        if not psutil.pid_exists(supervisor) or _is_zombie(supervisor):
            raise PartError(f"The supervisor ended:\n{tail(home.logs / 'stack.log')}")
        time.sleep(0.1)
    raise PartError(f"The stack was not ready after {_UP_SECONDS} s. See talent status.")


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _living(state: StackState) -> list[Identity]:
    found = [part.identity for part in state.parts.values()]
    return [one for one in found if one is not None and one.process()]


def _stop_leftovers(state: StackState) -> None:
    """Stop, last started first, what a supervisor that was killed has left behind."""
    for one in reversed(_living(state)):
        process = one.process()
        if process is None:
            continue
        process.terminate()
        deadline = time.monotonic() + 15
        # psutil's own wait would not see that a child of a killed parent has ended, unreaped.
        while one.process() and time.monotonic() < deadline:
            time.sleep(0.05)
        if one.process():
            process.kill()
