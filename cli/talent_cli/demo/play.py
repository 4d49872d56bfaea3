"""The demo from morning to evening."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from talent_local.home import Home
from talent_proto.matcher.v1.matcher_pb2 import CandidateMatch, RequestContactRequest
from talent_proto.matcher.v1.matcher_pb2_grpc import MatcherServiceAsyncStub, MatcherServiceStub
from talent_proto.registry.v1.registry_pb2 import PublishItem, RevokeCredentialRequest
from talent_proto.registry.v1.registry_pb2_grpc import RegistryServiceAsyncStub, RegistryServiceStub
from talent_proto.wallet.v1.consent_pb2 import RevealContactRequest
from talent_proto.wallet.v1.consent_pb2_grpc import ConsentServiceAsyncStub, ConsentServiceStub

from talent_cli.demo.organizations import Desk, open_desks, post_jobs, publish_courses, sign_up
from talent_cli.demo.people import Award, Person, make_people, make_person
from talent_cli.demo.state import Opening, State, load_state
from talent_cli.demo.streams import Watched, draft, publish, watch
from talent_cli.demo.wallets import Wallets
from talent_cli.network import Network
from talent_cli.waiting import until, until_known

HOLDERS = 300
SHOWN = 12  # matches that are told one by one while the others are counted
SECONDS = 30  # the longest that one step of the story may take


class Play:
    """The stage: who is connected, and what has been seen."""

    def __init__(
        self,
        *,
        state: State,
        desk: Desk,
        wallets: Wallets,
        registry: RegistryServiceAsyncStub,
        matcher: MatcherServiceAsyncStub,
        consent: ConsentServiceAsyncStub,
    ) -> None:
        self.state = state
        self.desk = desk
        self.wallets = wallets
        self.registry = registry
        self.matcher = matcher
        self.consent = consent
        self.watched = Watched()
        self.openings: dict[str, Opening] = {}
        self.console = Console(highlight=False)
        self._began = time.monotonic()
        self._told = 0

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
    state = load_state()
    day = int(time.time())
    async with AsyncExitStack() as stack:
        client = httpx.AsyncClient(base_url=network.wallet_url, timeout=30, trust_env=False)
        await stack.enter_async_context(client)
        channels = {
            name: await stack.enter_async_context(network.channel(name))
            for name in ("registry", "matcher", "wallet")
        }
        stage = Play(
            state=state,
            desk=open_desks(network, state),
            wallets=Wallets(network, client),
            registry=RegistryServiceStub(channels["registry"]),
            matcher=MatcherServiceStub(channels["matcher"]),
            consent=ConsentServiceStub(channels["wallet"]),
        )
        async with asyncio.TaskGroup() as group:
            await _morning(stage)
            watches = [
                group.create_task(
                    watch(stage.matcher, stage.desk.by_org[org.org_id], stage.watched, stage.found)
                )
                for org in state.employers
            ]
            await _day(stage, day)
            hero = await _evening(stage, day)
            for task in watches:
                task.cancel()
        _write_personas(home, state, hero)
        _farewell(stage, network, hero)


async def _morning(stage: Play) -> None:
    state = stage.state
    stage.tell("Three providers and five employers sign up; the agency approves them.")
    await sign_up(stage.registry, stage.desk, state)
    stage.tell(f"The providers publish {len(state.courses)} achievements.")
    await publish_courses(stage.registry, stage.desk, state.courses)
    stage.tell(f"The employers post {len(state.openings)} jobs.")
    stage.openings.update(await post_jobs(stage.matcher, stage.desk, state.openings))


async def _day(stage: Play, day: int) -> None:
    people = make_people(stage.state, day=day, count=HOLDERS)
    with stage.bar("people open their wallets", HOLDERS) as progress:
        await stage.wallets.open_all(people, lambda: progress.advance(progress.task_ids[0]))
    items: dict[str, list[PublishItem]] = {org.org_id: [] for org in stage.state.providers}
    for person in people:
        for award in person.awards:
            request_id = f"{person.subject}-{award.course.slug}"
            items[award.course.provider].append(
                PublishItem(request_id=request_id, draft=draft(person, award))
            )
    total = sum(len(batch) for batch in items.values())
    began = time.monotonic()
    with stage.bar("credentials signed and stored", total) as progress:
        await asyncio.gather(
            *(
                publish(
                    stage.registry,
                    stage.desk.by_org[org],
                    batch,
                    lambda count: progress.advance(progress.task_ids[0], count),
                )
                for org, batch in items.items()
            )
        )
    seconds = time.monotonic() - began
    stage.tell(f"{total} credentials acknowledged, {total / seconds:.0f} a second.")
    await _until_quiet(stage)
    stage.tell(f"{len(stage.watched.present)} matches are announced.")


async def _until_quiet(stage: Play) -> None:
    """Until no match has arrived for a second."""
    seen = -1
    while seen != len(stage.watched.present):
        seen = len(stage.watched.present)
        await asyncio.sleep(1)


async def _evening(stage: Play, day: int) -> Person:
    """One person from a new credential to a handshake, and a revocation that takes it back."""
    welding = next(course for course in stage.state.courses if course.slug == "welding-level-2")
    hero = make_person("Ana Torres", day, stage.state.places[0], (Award(welding, 4),))
    await stage.wallets.open(hero)
    before = set(stage.watched.present)
    stage.tell(f"[bold]{hero.name}[/] passes Welding Level 2. The college publishes it.")
    provider = stage.desk.by_org[welding.provider]
    item = PublishItem(request_id=f"{hero.subject}-welding", draft=draft(hero, hero.awards[0]))
    called = time.monotonic()
    (credential_id,) = await publish(stage.registry, provider, [item], lambda _: None)

    def arrived() -> list[tuple[str, str]]:
        return [
            pair
            for pair in stage.watched.present
            if pair not in before and stage.openings[pair[0]].message.title == "Welder"
        ]

    await stage.watched.until(lambda: bool(arrived()), SECONDS)
    milliseconds = (time.monotonic() - called) * 1000
    job_id, candidate_id = arrived()[0]
    opening = stage.openings[job_id]
    stage.tell(f"{milliseconds:.0f} ms later the employer sees a match, without a name:")
    for line in stage.watched.present[job_id, candidate_id].explanation:
        stage.tell(f"    {line}")
    employer = stage.desk.by_org[opening.employer]
    answer = await stage.matcher.RequestContact(
        RequestContactRequest(
            request_id=f"{hero.subject}-invite", job_id=job_id, candidate_id=candidate_id
        ),
        metadata=employer,
    )
    engagement_id = answer.entry.engagement_id
    stage.tell("The employer invites them. The invitation is in the wallet.")
    await until(lambda: stage.wallets.invitations(hero), SECONDS)
    await stage.wallets.accept(hero, engagement_id)
    reveal = RevealContactRequest(engagement_id=engagement_id)
    contact = await until_known(
        lambda: stage.consent.RevealContact(reveal, metadata=employer), SECONDS
    )
    stage.tell(f"They accept. Only now the employer learns: {contact.name}, {contact.email}")
    called = time.monotonic()
    await stage.registry.RevokeCredential(
        RevokeCredentialRequest(
            request_id=f"{hero.subject}-revoke",
            credential_id=credential_id,
            reason_code="issued_in_error",
        ),
        metadata=provider,
    )
    await stage.watched.until(lambda: (job_id, candidate_id) not in stage.watched.present, SECONDS)
    milliseconds = (time.monotonic() - called) * 1000
    stage.tell(
        f"The college revokes the credential: {milliseconds:.0f} ms later the match is gone."
    )
    return hero


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
