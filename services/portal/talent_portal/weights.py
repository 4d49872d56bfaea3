"""The page of how matches are scored, for everybody."""

from fastapi import FastAPI, Request, Response

from talent_portal.pages import Pages
from talent_portal.scoring_clients import Weights


def add_weights_page(app: FastAPI, *, pages: Pages, weights: Weights) -> None:
    @app.get("/weights")
    async def shown(request: Request, version: str = "") -> Response:
        found = await weights.get(version[:100])
        content = {
            "version": found.table.version,
            "in_force": found.in_force,
            "rows": [(one.meaning, one.value) for one in found.row],
            "versions": await weights.versions(),
        }
        return pages.page(request, "weights.html", content)
