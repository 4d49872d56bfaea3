"""How a process begins that works on verification jobs: it steps aside for all others."""

import os

from talent_vc.worker import init_worker

NICENESS = 10


def init_job_worker(contexts_folder: str) -> None:
    os.nice(NICENESS)
    init_worker(contexts_folder)
