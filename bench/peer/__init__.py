"""The independent implementations, in JavaScript, that we measure and check ourselves against.

`package.json` and its lock name them; `install` puts them into the ignored cache folder once.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from talent_local.data import node, npm
from talent_local.home import Home

HERE = Path(__file__).parent
DECLARED = ("package.json", "package-lock.json", ".npmrc")


class PeerError(Exception):
    """The packages cannot be had, or a script of theirs failed."""


def install() -> Path:
    """The folder with `node_modules` of the locked versions. Needs the network the first time."""
    content = b"".join((HERE / name).read_bytes() for name in DECLARED)
    folder = (
        Home(HERE.parents[1] / ".talent").cache / f"peer-{hashlib.sha256(content).hexdigest()[:12]}"
    )
    done = folder / "done"
    if done.exists():
        return folder
    fresh = folder.with_suffix(f".{os.getpid()}")
    fresh.mkdir()
    for name in DECLARED:
        shutil.copy(HERE / name, fresh)
    _call(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=fresh)
    (fresh / "done").touch()
    try:
        fresh.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
    return folder


def run(script: Path, *arguments: str, text: str = "") -> str:
    """What a script prints that is given `text`. It imports the packages by their names."""
    folder = install()
    # Node looks for packages beside the script, whose place is not among them.
    placed = folder / f"{hashlib.sha256(script.read_bytes()).hexdigest()[:12]}-{script.name}"
    shutil.copy(script, placed)
    return _call(str(node()), str(placed), *arguments, cwd=folder, text=text)


def _call(*command: str, cwd: Path, text: str = "") -> str:
    # npm's own script starts `node` by its name.
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=cwd,
        input=text,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PeerError(done.stderr or done.stdout)
    return done.stdout
