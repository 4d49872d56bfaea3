"""`python -m talent_local.migrations SERVICE…`: bring these services' databases up to date.

Runs `python -m talent_SERVICE migrate` for each, but in one process: five would each spend
seconds on importing the same libraries.
"""

import os
import runpy
import subprocess
import sys
from collections.abc import Sequence

from talent_local.home import Home
from talent_local.parts import PartError, tail
from talent_local.services import environment
from talent_local.settings import LocalSettings


def migrate(names: Sequence[str], home: Home, settings: LocalSettings) -> None:
    """Do it in a process of its own. Raises PartError with the end of its log."""
    log = home.logs / "migrate.log"
    env = {
        **os.environ,
        "TALENT_HOME": str(home.root),
        "TALENT_LOCAL_PORT_BASE": str(settings.port_base),
    }
    with log.open("ab") as output:
        command = (sys.executable, "-m", "talent_local.migrations", *names)
        done = subprocess.run(command, env=env, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        raise PartError(f"The databases could not be migrated. From {log}:\n{tail(log)}")


def main() -> None:
    home, settings = Home.find(), LocalSettings()
    given = dict(os.environ)
    names = sys.argv[1:]
    for name in names:
        print(f"migrating {name}", flush=True)
        env = environment(name, home, settings, given)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = [f"talent_{name}", "migrate"]
        runpy.run_module(f"talent_{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
