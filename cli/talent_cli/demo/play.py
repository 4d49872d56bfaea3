"""The demo from morning to evening."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from talent_local.home import Home
from talent_proto.matcher.v1.matcher_pb2 import CandidateMatch, RequestContactRequest
from talent_proto.registry.v1.registry_pb2 import PublishItem
from talent_proto.wallet.v1.consent_pb2 import RevealContactRequest

from talent_cli.actors import Agency, Employer, Holder, Organization, Provider, Services, connect
from talent_cli.demo.people import Award, Person, make_people, make_person
from talent_cli.demo.state import Opening, State, load_state
from talent_cli.demo.streams import Pair, Watched, item, watch
from talent_cli.network import CommandError, Network
from talent_cli.waiting import until, until_known

HOLDERS = 300
AT_ONCE = 16  # wallets that open side by side
BATCH = 10  # credentials in one message
SHOWN = 12  # matches that are told one by one; the others are counted
SECONDS = 30  # the longest that one step of the story may take


class Play:
    """The stage: who acts, and what has been seen."""

    def __init__(self, services: Services, state: State) -> None:
        self.services = services
        self.state = state
        self.agency = Agency(services)
        self.providers = {
            org.org_id: Provider(services, org.org_id, org.name) for org in state.providers
        }
        self.employers = {
            org.org_id: Employer(services, org.org_id, org.name) for org in state.employers
        }
        self.watched = Watched()
        self.openings: dict[str, Opening] = {}
        self.console = Console(highlight=False)
        self._began = time.monotonic()
        self._told = 0

    def holder(self, person: Person) -> Holder:
        return Holder(self.services, person.subject, person.name, person.email)

    def tell(self, text: str) -> None:
        """One line with the seconds since the beginning."""
        self.console.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/]  {text}")

    def found(self, match: CandidateMatch) -> None:
        """Tell of the first matches; the rest are counted."""
        opening = self.openings.get(match.match.job_id)
        if opening is None or self._told >= SHOWN:
            return
        self._told += 1
        self.tell(f"  match: {opening.message.title} — {match.explanation[0]}")

    @contextmanager
    def bar(self, label: str, total: int) -> Iterator[Progress]:
        columns = (TextColumn(f"  {label}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            progress.add_task(label, total=total)
            yield progress


async def play(network: Network, home: Home) -> None:
    """A day in a state, on a running network."""
    day = int(time.time())
    async with connect(network) as services, asyncio.TaskGroup() as group:
        stage = Play(services, load_state())
        await _morning(stage)
        watches = [
            group.create_task(
                watch(services.matcher, employer.metadata, stage.watched, stage.found)
            )
            for employer in stage.employers.values()
        ]
        await _day(stage, day)
        hero = await _evening(stage, day)
        for task in watches:
            task.cancel()
    _write_personas(home, stage.state, hero)
    _farewell(stage, network, hero)


async def _morning(stage: Play) -> None:
    state = stage.state
    stage.tell("Three providers and five employers sign up; the agency approves them.")
    organizations: list[Organization] = [*stage.providers.values(), *stage.employers.values()]
    for organization in organizations:
        await organization.sign_up()
        await stage.agency.vet(organization)
    stage.tell(f"The providers publish {len(state.courses)} achievements.")
    for course in state.courses:
        await stage.providers[course.provider].publish_achievement(course.message)
    stage.tell(f"The employers post {len(state.openings)} jobs.")
    for opening in state.openings:
        employer = stage.employers[opening.employer]
        posted = await employer.post_job(f"demo-{opening.slug}", opening.message)
        stage.openings[posted.job.job_id] = opening


async def _day(stage: Play, day: int) -> None:
    people = make_people(stage.state, day=day, count=HOLDERS)
    with stage.bar("people open their wallets", HOLDERS) as progress:
        gate = asyncio.Semaphore(AT_ONCE)

        async def open_wallet(person: Person) -> None:
            async with gate:
                await stage.holder(person).open(**_limits(person))
            progress.advance(progress.task_ids[0])

        await asyncio.gather(*(open_wallet(person) for person in people))
    items: dict[str, list[PublishItem]] = {org_id: [] for org_id in stage.providers}
    for person in people:
        for award in person.awards:
            items[award.course.provider].append(item(person, award))
    total = sum(len(batch) for batch in items.values())
    began = time.monotonic()
    with stage.bar("credentials signed and stored", total) as progress:

        async def publish(provider: Provider, wanted: list[PublishItem]) -> None:
            async for results in provider.publish(wanted, BATCH):
                for result in results:
                    if not result.HasField("accepted"):
                        raise CommandError(f"{result.request_id}: {result.rejected.detail}")
                progress.advance(progress.task_ids[0], len(results))

        await asyncio.gather(
            *(publish(stage.providers[org_id], wanted) for org_id, wanted in items.items())
        )
    seconds = time.monotonic() - began
    stage.tell(f"{total} credentials acknowledged, {total / seconds:.0f} a second.")
    await _until_quiet(stage)
    stage.tell(f"{len(stage.watched.present)} matches are announced.")


def _limits(person: Person) -> dict[str, Any]:
    pay = {"minor_units": person.pay_floor * 100, "currency": "USD", "period": "hour"}
    place = {"state": "US-CO", "county_fips": person.place.county, "zip3": person.place.zip3}
    return {"pay_floor": pay, "commute_radius_miles": 25, "place": place}


async def _until_quiet(stage: Play) -> None:
    """Until no match has arrived for a second."""
    seen = -1
    while seen != len(stage.watched.present):
        seen = len(stage.watched.present)
        await asyncio.sleep(1)


async def _evening(stage: Play, day: int) -> Person:
    """One person from a new credential to a handshake, and a revocation that takes it back."""
    services = stage.services
    welding = next(course for course in stage.state.courses if course.slug == "welding-level-2")
    hero = make_person("Ana Torres", day, stage.state.places[0], (Award(welding, 4),))
    wallet = stage.holder(hero)
    await wallet.open(**_limits(hero))
    # Nobody else gets a credential from here on: a new pair can only be the hero's.
    await _until_quiet(stage)
    before = set(stage.watched.present)

    def is_heros(pair: Pair) -> bool:
        wanted = stage.openings[pair[0]].message
        shown = stage.watched.present[pair].match.contribution
        return (
            (wanted.title, wanted.place.zip3) == ("Welder", hero.place.zip3)
            and pair not in before
            and any(one.achievement_name == welding.message.name for one in shown)
        )

    def arrived() -> list[Pair]:
        return [pair for pair in stage.watched.present if is_heros(pair)]

    stage.tell(f"[bold]{hero.name}[/] passes Welding Level 2. The college publishes it.")
    provider = stage.providers[welding.provider]
    called = time.monotonic()
    credential_id = await provider.publish_one(item(hero, hero.awards[0]))
    await stage.watched.until(lambda: bool(arrived()), SECONDS)
    stage.tell(f"{_since(called)} later the employer sees a match, without a name:")
    job_id, candidate_id = arrived()[0]
    for line in stage.watched.present[job_id, candidate_id].explanation:
        stage.tell(f"    {line}")

    employer = stage.employers[stage.openings[job_id].employer]
    request = RequestContactRequest(
        request_id=f"{hero.subject}-invite", job_id=job_id, candidate_id=candidate_id
    )
    answer = await services.matcher.RequestContact(request, metadata=employer.metadata)
    await until(wallet.invitations, SECONDS)
    stage.tell("The employer invites them. The invitation is in the wallet.")
    await wallet.accept(answer.entry.engagement_id)
    reveal = RevealContactRequest(engagement_id=answer.entry.engagement_id)
    contact = await until_known(
        lambda: services.consent.RevealContact(reveal, metadata=employer.metadata), SECONDS
    )
    stage.tell(f"They accept. Only now the employer learns: {contact.name}, {contact.email}")

    called = time.monotonic()
    await provider.revoke(credential_id)
    await stage.watched.until(lambda: (job_id, candidate_id) not in stage.watched.present, SECONDS)
    stage.tell(f"The college revokes the credential: {_since(called)} later the match is gone.")
    return hero


def _since(called: float) -> str:
    return f"{(time.monotonic() - called) * 1000:.0f} ms"


def _write_personas(home: Home, state: State, hero: Person) -> None:
    """People that the sign-in page offers."""
    rows = [
        {
            "subject": f"{org.org_id}-staff",
            "name": f"{org.name} (employer)",
            "roles": ["employer"],
            "org_id": org.org_id,
        }
        for org in state.employers
    ]
    rows.append(
        {"subject": hero.subject, "name": hero.name, "email": hero.email, "roles": ["holder"]}
    )
    (home.root / "personas.json").write_text(json.dumps(rows, indent=1))


def _farewell(stage: Play, network: Network, hero: Person) -> None:
    stage.console.print()
    stage.tell(f"The network stays up: [bold]{network.portal_url}[/]")
    stage.tell(f"Sign in as an employer, or as {hero.name}. Stop it with `make down`.")
