"""`python -m talent_portal` serves the pages. It has no database, so `migrate` has no work."""

import asyncio
import sys

from talent_portal.app import run
from talent_portal.settings import PortalSettings

if __name__ == "__main__":
    if sys.argv[1:] != ["migrate"]:
        asyncio.run(run(PortalSettings()))
