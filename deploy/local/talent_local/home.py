"""Where one machine's network keeps everything it writes: one folder, `.talent` or TALENT_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folder and the rooms in it. A room is made when it is first asked for."""

    root: Path

    @classmethod
    def find(cls) -> "Home":
        """The folder named by TALENT_HOME, else `.talent` where the command runs."""
        return cls(Path(os.environ.get("TALENT_HOME", ".talent")).absolute())

    def _room(self, name: str) -> Path:
        room = self.root / name
        room.mkdir(parents=True, exist_ok=True)
        return room

    @property
    def cache(self) -> Path:
        """What can be fetched again: jars and packages."""
        return self._room("cache")

    @property
    def data(self) -> Path:
        """Artifacts built from packages: contexts, page assets."""
        return self._room("data")

    @property
    def kafka(self) -> Path:
        return self._room("kafka")

    @property
    def database(self) -> Path:
        return self._room("database")

    @property
    def logs(self) -> Path:
        return self._room("logs")

    @property
    def run(self) -> Path:
        """Who runs: process files of the stack that is up."""
        return self._room("run")

    @property
    def secrets(self) -> Path:
        room = self._room("secrets")
        room.chmod(0o700)
        return room
