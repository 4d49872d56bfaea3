"""What the specifications print, out of their own repositories: clones named `owner+name` in the
folder that TALENT_SPECIFICATIONS names. Without it these tests are skipped."""

import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("TALENT_SPECIFICATIONS", "specifications"))


def needs(*repositories: str) -> pytest.MarkDecorator:
    missing = [one for one in repositories if not (FOLDER / one).exists()]
    return pytest.mark.skipif(bool(missing), reason=f"no clone of {', '.join(missing)}")


def printed(repository: str, path: str) -> str:
    command = ("git", "-C", str(FOLDER / repository), "show", f"HEAD:{path}")
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout
