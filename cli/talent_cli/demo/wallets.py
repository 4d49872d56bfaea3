"""The demo's holders at their wallets, over the wallet's HTTP API."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from talent_cli.demo.people import Person
from talent_cli.network import CommandError, Network

AT_ONCE = 16


class Wallets:
    """Signs people in and acts for them."""

    def __init__(self, network: Network, client: httpx.AsyncClient) -> None:
        self._network = network
        self._client = client
        self._tokens: dict[str, str] = {}

    async def open_all(self, people: list[Person], done: Callable[[], None]) -> None:
        """Everyone signs in, lets their providers' records in, and agrees to be found."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(person: Person) -> None:
            async with gate:
                await self.open(person)
            done()

        await asyncio.gather(*(one(person) for person in people))

    async def open(self, person: Person) -> None:
        await self._ask(person, "PUT", "/v1/holders/me", {})
        await self._ask(person, "PUT", "/v1/standing-rule", {"enabled": True, "issuers": "trusted"})
        limits = {
            "pay_floor": {
                "minor_units": person.pay_floor * 100,
                "currency": "USD",
                "period": "hour",
            },
            "commute_radius_miles": 25,
            "place": {
                "state": "US-CO",
                "county_fips": person.place.county,
                "zip3": person.place.zip3,
            },
        }
        await self._ask(person, "PUT", "/v1/limits", limits)
        await self._ask(person, "POST", "/v1/consents", {"purpose": "discovery"})

    async def invitations(self, person: Person) -> list[dict[str, Any]]:
        return (await self._ask(person, "GET", "/v1/invitations"))["invitations"]

    async def accept(self, person: Person, engagement_id: str) -> None:
        await self._ask(person, "POST", f"/v1/invitations/{engagement_id}/accept", {})

    async def _ask(
        self, person: Person, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        if person.subject not in self._tokens:
            self._tokens[person.subject] = await asyncio.to_thread(
                self._network.token,
                person.subject,
                ["holder"],
                email=person.email,
                name=person.name,
            )
        headers = {"authorization": f"Bearer {self._tokens[person.subject]}"}
        answer = await self._client.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise CommandError(f"The wallet refused {method} {path}: {answer.text}")
        return answer.json() if answer.content else None
