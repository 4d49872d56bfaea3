"""`python -m talent_kit.restored SERVICE`: run once after a service's database was restored.

Everything the service writes from then on is newer than what others saw before the restore.
"""

import asyncio
import sys

from talent_kit.settings import CommonSettings
from talent_kit.store import Store


async def raise_epoch(settings: CommonSettings, service: str) -> int:
    """The new epoch of the service's database."""
    store = await Store.connect(settings, service)
    try:
        return await store.raise_epoch()
    finally:
        await store.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("name one service: registry, verifier, wallet or matcher")
    epoch = asyncio.run(raise_epoch(CommonSettings(), sys.argv[1]))
    sys.stdout.write(f"The epoch of {sys.argv[1]} is {epoch} now. Start it, then republish.\n")
