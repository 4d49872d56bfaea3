"""An employer says on the portal whom it trusts and what it endorses; its matches say so."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import httpx
from talent_cli.actors import Services
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.matches_pb2 import Contribution
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest

from tests.waiting import eventually
from tests.world import Town, found_town, item


class Visitor:
    """A browser without scripts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def see(self, path: str) -> str:
        return (await self.client.get(path)).raise_for_status().text

    async def press(self, page: str, button: str) -> str:
        """The page after a button, named by its label, was pressed."""
        forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
        [(where, form)] = [one for one in forms if f'aria-label="{button}"' in one[1]]
        return (await self.client.post(where, data=hidden(form))).raise_for_status().text


def hidden(form: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


@asynccontextmanager
async def visitor(stack: Sandbox, town: Town) -> AsyncIterator[Visitor]:
    """Somebody of the town's employer, signed in."""
    base = stack.url("portal")
    async with httpx.AsyncClient(base_url=base, follow_redirects=True, timeout=30) as client:
        page = await client.get("/sign-in?next=/jobs")
        filled = {"email": "eve@example.org", "role": "employer", "name": "Eve"}
        data = hidden(page.text) | filled | {"org_id": town.employer.org_id}
        answer = await client.post(str(page.url.copy_with(query=None)), data=data)
        assert answer.url.path == "/jobs"
        yield Visitor(client)


async def test_the_portal_names_a_school_and_endorses_what_it_teaches(
    services: Services, stack: Sandbox
) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def told() -> Contribution | None:
        try:
            answer = await services.matcher.ListMatches(
                ListMatchesRequest(job_id=town.job_id), metadata=town.employer.metadata
            )
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return None
        return answer.match[0].match.contribution[0] if answer.match else None

    async def trusted() -> bool:
        found = await told()
        return found is not None and found.employer_trusts_validator

    async def both() -> bool:
        found = await told()
        return found is not None and (
            found.employer_trusts_validator and found.employer_endorses_criteria
        )

    async def neither() -> bool:
        found = await told()
        return found is not None and not (
            found.employer_trusts_validator or found.employer_endorses_criteria
        )

    await eventually(neither)
    async with visitor(stack, town) as eve:
        assert 'href="/trust"' in await eve.see("/jobs")
        assert "You have named nobody yet" in await eve.see("/trust")
        name = town.provider.name
        found = await eve.see(f"/trust?q={name.upper()}")
        page = await eve.press(found, f"Trust: {name}")
        assert "Saved." in page
        await eventually(trusted)
        [button] = re.findall(r'aria-label="(Endorse: [^"]+)"', page)
        page = await eve.press(page, button)
        assert "You endorse this" in page
        await eventually(both)
        page = await eve.press(page, button.replace("Endorse", "Take it back"))
        page = await eve.press(page, f"Take off my list: {name}")
        assert "You have named nobody yet" in page
        await eventually(neither)
        old = await eve.client.post("/trust", data=hidden(found) | {"etag": "1.1"})
        assert old.status_code == 412
