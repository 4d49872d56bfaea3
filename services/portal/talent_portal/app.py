"""Builds the portal: reads settings, makes every part, wires them. Nothing is a global."""

import asyncio

import httpx
from fastapi import FastAPI, Request, Response
from talent_kit.auth import ServiceToken, channel
from talent_kit.http_edge import UNTRACED
from talent_kit.limits import RateLimit
from talent_kit.server import serve

from talent_portal.check import add_check_page
from talent_portal.clients import Matcher, Verifier, Wallet
from talent_portal.employer import add_employer_pages
from talent_portal.fairness import add_fairness_page
from talent_portal.holder import add_holder_pages
from talent_portal.looking import add_looking_pages
from talent_portal.pages import Assets, Pages
from talent_portal.problems import add_problem_pages
from talent_portal.scoring_clients import Registry, Trust, Weights
from talent_portal.sessions import Cookies, cookie_key
from talent_portal.settings import PortalSettings
from talent_portal.shield import Shield
from talent_portal.signing_in import SignIn, add_sign_in
from talent_portal.staff import add_staff_pages
from talent_portal.staff_client import Staff
from talent_portal.streams import Streams
from talent_portal.trust import add_trust_pages
from talent_portal.weights import add_weights_page
from talent_portal.work_history import add_work_history_pages
from talent_portal.writing import add_writing_pages


async def run(settings: PortalSettings, stop: asyncio.Event | None = None) -> None:
    """Serve the pages until SIGTERM."""
    to_matcher = channel(settings.matcher_target)
    to_wallet = channel(settings.wallet_target)
    to_registry = channel(settings.registry_target)
    http = httpx.AsyncClient(timeout=settings.answer_seconds, trust_env=False)
    assets = Assets(settings.data_dir)
    streams = Streams(settings.streams_per_person)
    seconds = settings.answer_seconds

    secure = settings.public_url.startswith("https://")
    cookies = Cookies(cookie_key(settings.secrets_dir), secure=secure)
    pages = Pages(assets)
    matcher = Matcher(to_matcher, seconds)
    wallet = Wallet(to_wallet, http, settings.wallet_url, seconds)

    site = FastAPI(
        title="portal", docs_url=None, redoc_url=None, openapi_url=None, telemetry=UNTRACED
    )
    add_home(site, pages)
    # Before the pages of a job: /jobs/new is none.
    staff = Staff(to_matcher, seconds)
    add_writing_pages(site, pages=pages, matcher=matcher, staff=staff, state=settings.state)
    add_employer_pages(
        site, pages=pages, matcher=matcher, wallet=wallet, streams=streams, zone=settings.zone
    )
    add_staff_pages(site, pages=pages, matcher=matcher, staff=staff, zone=settings.zone)
    add_holder_pages(site, pages=pages, wallet=wallet, zone=settings.zone)
    add_trust_pages(
        site,
        pages=pages,
        trust=Trust(to_matcher, seconds),
        registry=Registry(to_registry, seconds),
    )
    add_weights_page(site, pages=pages, weights=Weights(to_matcher, seconds))
    add_looking_pages(site, pages=pages, wallet=wallet)
    add_work_history_pages(site, pages=pages, wallet=wallet)
    add_fairness_page(site, pages=pages, wallet=wallet)
    verifier = Verifier(http, settings.verifier_url, ServiceToken(settings))
    limit = RateLimit(settings.checks_per_minute)
    add_check_page(site, pages=pages, verifier=verifier, limit=limit)
    add_sign_in(site, sign_in=SignIn(settings, http), cookies=cookies, wallet=wallet)
    add_problem_pages(site, pages=pages)
    assets.mount(site)

    # Health answers are JSON for machines and come first; every other path is a page for people,
    # also when it does not exist.
    front = FastAPI(
        title="portal", docs_url=None, redoc_url=None, openapi_url=None, telemetry=UNTRACED
    )
    front.router.default = Shield(
        site, cookies=cookies, largest=settings.largest_request_bytes, secure=secure
    )

    async def end_streams(stopping: asyncio.Event) -> None:
        await stopping.wait()
        streams.end()

    await serve(
        settings,
        name="portal",
        http=front,
        tasks=[end_streams],
        ready={"page assets": assets.missing},
        on_close=[http.aclose, to_matcher.close, to_wallet.close, to_registry.close],
        stop=stop,
    )


def add_home(app: FastAPI, pages: Pages) -> None:
    @app.get("/")
    async def home(request: Request) -> Response:
        return pages.page(request, "home.html", {})
