"""How fast several calls are, one beside the other.

Times are of the processor and the best of many rounds in turn, so that others on the machine
disturb little.
"""

import time
from collections.abc import Callable, Mapping

ROUNDS = 15
SECONDS = 0.2  # of a round


def rates(measured: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """How often a second of the processor each can be called."""
    best = dict.fromkeys(measured, 0.0)
    for _ in range(ROUNDS):
        for name, call in measured.items():
            count, began = 0, time.process_time()
            while (spent := time.process_time() - began) < SECONDS:
                for _ in range(5):
                    call()
                count += 5
            best[name] = max(best[name], count / spent)
    return best
