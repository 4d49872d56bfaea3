"""`python -m talent_portal` serves the pages. It has no database, so `migrate` has no work."""

from talent_kit.server import main

from talent_portal.app import run
from talent_portal.settings import PortalSettings


async def nothing() -> None:
    pass


if __name__ == "__main__":
    main(lambda: run(PortalSettings()), nothing)
