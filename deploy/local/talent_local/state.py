"""What the running stack says of itself: one small file, written by the supervisor alone."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from talent_local.home import Home

# A pid is used again; the start time tells the process we started from a stranger's. The system
# clock may be set meanwhile, by less than a pid takes to come round.
_START_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True)
class Identity:
    """One process, for sure: its number and when it started."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """Who has this number now. Raises psutil.NoSuchProcess when nobody does."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process, or None when it has ended, also if its number is in use again."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.started) < _START_TOLERANCE_SECONDS
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


@dataclass
class PartState:
    """One part now. `state` is starting, ready, restarting, failed or stopped."""

    state: str = "starting"
    identity: Identity | None = None
    ports: dict[str, int] = field(default_factory=dict[str, int])
    log: str = ""
    restarts: int = 0
    seconds: float = 0.0  # from start to ready, the last time
    reason: str = ""


@dataclass
class StackState:
    """The supervisor and its parts, in the order in which they start."""

    supervisor: Identity
    parts: dict[str, PartState] = field(default_factory=dict[str, PartState])
    doing: str = "starting"  # starting, ready, failed, stopping, stopped
    reason: str = ""

    def write(self, home: Home) -> None:
        """Replace the file in one step, so that a reader never sees half of it."""
        path = _path(home)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=1))
        os.replace(fresh, path)


def read_state(home: Home) -> StackState | None:
    """The last state that was written; None when no stack was started here."""
    path = _path(home)
    if not path.exists():
        return None
    content = json.loads(path.read_text())
    parts = {
        name: PartState(**{**row, "identity": _identity(row["identity"])})
        for name, row in content["parts"].items()
    }
    return StackState(
        supervisor=Identity(**content["supervisor"]),
        parts=parts,
        doing=content["doing"],
        reason=content["reason"],
    )


def _identity(row: dict[str, float] | None) -> Identity | None:
    return Identity(pid=int(row["pid"]), started=row["started"]) if row else None


def _path(home: Home) -> Path:
    return home.run / "stack.json"
