"""Two matchers as processes of their own; one is killed."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from talent_kit.audit import Audit
from talent_kit.outbox import Outbox
from talent_kit.settings import variable
from talent_kit.store import Store
from talent_matcher.settings import MatcherSettings
from talent_matcher.store import MatcherStore

from .builders import BLUEPRINTS, WELDING
from .conftest import eventually
from .test_peers import people, previewed, welders
from .test_previews import described

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
]


def environment(settings):
    told = {
        variable(MatcherSettings, name): str(value)
        for name in settings.model_fields_set
        if not isinstance(value := getattr(settings, name), SecretStr)
    }
    secret = settings.oidc_client_secret.get_secret_value()
    return {**os.environ, **told, "TALENT_OIDC_CLIENT_SECRET": secret}


@asynccontextmanager
async def process_of(settings):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "talent_matcher",
        env=environment(settings),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_people_of_a_killed_replica_are_missing_until_somebody_takes_them_over(
    world, matcher, employer
):
    await people(world)
    await welders(employer)  # so all of them are known
    before = await previewed(employer, 10)
    other = world._settings()
    store = await Store.connect(world.settings, "matcher")
    own = MatcherStore(store, Outbox(store, "matcher"), Audit(store, world.clock))

    async def shared():
        targets = {one.target for one in (await own.shard_owners()).values()}
        return targets == {matcher.target, other.reached_at}

    async with process_of(other) as process:
        await eventually(shared, 60)
        await store.close()
        assert await previewed(employer, 10, 60) == before
        process.kill()
        await process.wait()
        gone = await employer.drafts.PreviewJob(described(WELDING, BLUEPRINTS))
    assert gone.partial
    assert gone.at_least < 10
    assert await previewed(employer, 10, 60) == before
