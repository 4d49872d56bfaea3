"""The database process of one machine: SecantusDB, which speaks MongoDB's protocol.

It runs as a program of its own and is never imported: its license (GPL-2.0) is not ours.
"""

import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from talent_local.home import Home
from talent_local.parts import Part


def database(home: Home, *, port: int, log: Path | None = None) -> Part:
    """The database, with its files under `home.database`; every commit reaches the disk."""
    return Part(
        name="database",
        command=(
            str(Path(sys.executable).parent / "secantusd-py"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--storage-path", str(home.database), "--sync-on-commit"),
            # The most that it takes, not what it starts with. Once a fifth of it is unwritten,
            # every thread waits for room: with 256M a long test run came to stand still.
            *("--cache-size", "1G", "--log-level", "WARNING"),
        ),
        log=log or home.logs / "database.log",
        ports={"database": port},
        not_ready=lambda: _not_ready(f"mongodb://127.0.0.1:{port}"),
    )


def _not_ready(url: str) -> str | None:
    try:
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=1000) as client:
            client.admin.command("ping")
    except PyMongoError as error:
        return str(error)
    return None
