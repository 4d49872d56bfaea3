"""The supervisor restarts what crashes, with a cap, and stops in order."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from talent_local.home import Home
from talent_local.parts import Part, PartError
from talent_local.state import Identity, PartState, StackState, read_state
from talent_local.supervisor import RESTARTS_A_MINUTE, Stage, Supervisor

SLEEP = "import time; time.sleep(600)"


def part(home: Home, name: str, program: str = SLEEP) -> Part:
    return Part(
        name=name,
        command=(sys.executable, "-c", program),
        log=home.logs / f"{name}.log",
        not_ready=lambda: None,
    )


@contextmanager
def supervised(home: Home, *stages: Stage) -> Iterator[threading.Thread]:
    state = StackState(supervisor=Identity.of(psutil.Process().pid))
    supervisor = Supervisor(stages, home, state)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield thread
    finally:
        supervisor.stop()
        thread.join(30)


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def now(home: Home, name: str) -> PartState:
    state = read_state(home)
    assert state is not None
    return state.parts[name]


def doing(home: Home) -> str:
    state = read_state(home)
    return state.doing if state else ""


def test_a_part_that_is_killed_starts_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with supervised(home, Stage([part(home, "one")])):
        eventually(lambda: doing(home) == "ready")
        first = now(home, "one").identity
        assert first is not None
        psutil.Process(first.pid).kill()
        eventually(lambda: now(home, "one").restarts == 1 and now(home, "one").state == "ready")
        assert now(home, "one").identity != first


def test_a_part_that_keeps_crashing_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    crashing, steady = part(home, "crashing", "raise SystemExit(3)"), part(home, "steady")
    with supervised(home, Stage([crashing, steady])):
        eventually(lambda: now(home, "crashing").state == "failed")
        assert now(home, "crashing").restarts == RESTARTS_A_MINUTE
        assert "crashing.log" in now(home, "crashing").reason
        assert now(home, "steady").state == "ready"


def test_parts_stop_in_the_reverse_order(tmp_path: Path) -> None:
    home = Home(tmp_path)
    # Each part writes its name when it is asked to stop.
    order = tmp_path / "order"
    program = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open({order!r}, 'a').write({name!r} + ' '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True); time.sleep(600)"
    )

    def writing(name: str) -> Part:
        return part(home, name, program.format(order=str(order), name=name))

    foundation = Stage([writing("database"), writing("kafka"), writing("issuer")])
    with supervised(home, foundation, Stage([writing("registry")])):
        for name in ("database", "kafka", "issuer", "registry"):
            log = home.logs / f"{name}.log"
            eventually(lambda log=log: log.exists() and "up" in log.read_text())
    assert order.read_text().split() == ["registry", "issuer", "kafka", "database"]


def test_a_failing_start_leaves_nothing_running(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def fail() -> None:
        raise PartError("no topics")

    with supervised(home, Stage([part(home, "one")]), Stage([], before=fail)):
        eventually(lambda: doing(home) == "failed")
        one = now(home, "one").identity
        assert one is not None
        assert one.process() is None


def test_a_number_in_use_again_is_not_the_process_we_started() -> None:
    us = Identity.of(psutil.Process().pid)
    assert us.process() is not None
    assert Identity(us.pid, us.started - 60).process() is None
