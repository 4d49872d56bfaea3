"""`python -m talent_local PART…`: the supervising process that `talent up` starts."""

import asyncio
import os
import signal
import sys

from talent_kit.topics import ensure_topics

from talent_local.home import Home
from talent_local.migrations import migrate
from talent_local.settings import SERVICES, LocalSettings
from talent_local.stack import FOUNDATION, build_part
from talent_local.state import Identity, StackState
from talent_local.supervisor import Stage, Supervisor


def main() -> None:
    names = sys.argv[1:]
    home, settings = Home.find(), LocalSettings()
    services = [name for name in SERVICES if name in names]

    def prepare_services() -> None:
        if services:
            asyncio.run(
                ensure_topics(
                    settings.model_copy(update={"kafka_bootstrap": settings.kafka_address})
                )
            )
            migrate(services, home, settings)

    foundation = [build_part(name, home, settings) for name in FOUNDATION if name in names]
    stages = [
        Stage(foundation),
        Stage([build_part(name, home, settings) for name in services], before=prepare_services),
    ]
    supervisor = Supervisor(stages, home, StackState(supervisor=Identity.of(os.getpid())))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: supervisor.stop())
    sys.exit(0 if supervisor.run() else 1)


if __name__ == "__main__":
    main()
