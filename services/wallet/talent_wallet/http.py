"""The holder's API: routes by topic, put together. Who calls only ever reaches their own."""

from fastapi import FastAPI
from talent_kit.http_edge import UNTRACED

from talent_wallet import (
    http_consents,
    http_equity,
    http_holders,
    http_invitations,
    http_jobs,
    http_records,
    http_statements,
    http_work,
)
from talent_wallet.changes import Changes
from talent_wallet.equity import Equity
from talent_wallet.job_search import JobSearch
from talent_wallet.settings import WalletSettings
from talent_wallet.signing_in import SignIn


def http_app(
    settings: WalletSettings,
    changes: Changes,
    sign_in: SignIn,
    equity: Equity,
    job_search: JobSearch,
) -> FastAPI:
    app = FastAPI(title="Wallet", summary="A holder's records and consents", telemetry=UNTRACED)
    app.state.settings = settings
    app.state.changes = changes
    app.state.sign_in = sign_in
    app.state.equity = equity
    app.state.job_search = job_search
    for routes in (
        http_holders,
        http_records,
        http_statements,
        http_consents,
        http_invitations,
        http_equity,
        http_jobs,
        http_work,
    ):
        app.include_router(routes.router, prefix="/v1")
    return app
