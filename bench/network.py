"""A network for one benchmark, and the organizations in it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from talent_cli.actors import Agency, Employer, Provider, Services, connect
from talent_cli.network import CliSettings, Network
from talent_local.home import Home
from talent_local.sandbox import Sandbox

from bench import reference

INSTALLED = Home(Path(__file__).parents[1] / ".talent")


@contextmanager
def sandbox(env: Mapping[str, str] | None = None) -> Iterator[Sandbox]:
    """A whole network on free ports, gone afterwards; `env` are settings for its services."""
    with TemporaryDirectory(prefix="talent-bench-") as folder:
        made = Sandbox(Path(folder), INSTALLED, env)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@dataclass(frozen=True)
class World:
    services: Services
    provider: Provider
    employer: Employer
    achievement_ids: dict[str, str]  # by size of the reference credential


@asynccontextmanager
async def world(network: Sandbox, name: str = "bench") -> AsyncIterator[World]:
    """A vetted provider with the reference achievements and a vetted employer."""
    async with connect(Network(CliSettings(), network.settings)) as services:
        provider = Provider(services, f"{name}-school", "Bench School")
        employer = Employer(services, f"{name}-shop", "Bench Shop")
        agency = Agency(services)
        for organization in (provider, employer):
            await organization.sign_up()
            await agency.vet(organization)
        ids: dict[str, str] = {}
        for size in reference.EVIDENCE:
            made = reference.achievement(size, provider.org_id)
            await provider.publish_achievement(made)
            ids[size] = made.id
        yield World(services, provider, employer, ids)
