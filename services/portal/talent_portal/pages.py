"""Makes pages out of templates: words, addresses of assets, and the visitor's session."""

import hashlib
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from talent_portal import wording
from talent_portal.sessions import Session

_HERE = Path(__file__).parent
_FOREVER = "public, max-age=31536000, immutable"

# After an act without JavaScript the page is loaded again and says what happened.
NOTICES = {
    "shortlisted": wording._("The candidate is on your shortlist."),
    "invited": wording._("Your invitation is on its way. You will see the answer here."),
    "passed": wording._("You passed on this candidate."),
    "accepted": wording._("You accepted. The employer can now see your name and e-mail address."),
    "declined": wording._("You declined. The employer learns only that you said no."),
    "job-posted": wording._("Your job is posted. People who fit show up here."),
    "staff-imported": wording._("Your staff is imported. Nobody else can see it."),
    "staff-deleted": wording._("The people are deleted."),
    "answers-saved": wording._("Your answers are saved. Thank you."),
    "trust-saved": wording._("Saved. Your matches are on their way up to date."),
    "work-added": wording._("Your work is added. In a moment you see which skills we found in it."),
    "work-deleted": wording._("This line is deleted."),
    "skill-kept": wording._("Thank you. What you say about a skill counts."),
    "signed-out": wording._("You are signed out."),
}


class Pages:
    """Renders templates; one for the whole portal."""

    def __init__(self, assets: "Assets") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(["html"]),
            extensions=["jinja2.ext.i18n"],
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.install_gettext_translations(  # pyright: ignore[reportAttributeAccessIssue]
            wording.translation, newstyle=True
        )
        self._environment.globals["asset"] = assets.url

    def page(
        self, request: Request, template: str, content: dict[str, Any], status: int = 200
    ) -> HTMLResponse:
        """A whole page."""
        return HTMLResponse(self.text(request, template, content), status)

    def text(self, request: Request, template: str, content: dict[str, Any]) -> str:
        """A page or a piece of one, as text."""
        session: Session = request.state.session
        common = {
            "session": session,
            "path": request.url.path,
            "notice": NOTICES.get(request.query_params.get("notice", ""), ""),
        }
        return self._environment.get_template(template).render({**common, **content})


class Assets:
    """Files for browsers under one folder name that changes with any of them.

    So they may be kept forever, and the addresses inside the style sheets stay as published.
    """

    def __init__(self, data_dir: Path) -> None:
        self._rooms = {"portal": _HERE / "static"}
        for room in ("uswds", "htmx"):
            self._rooms[room] = data_dir / "assets" / room
        self._version = _digest(self._rooms.values())

    def missing(self) -> str | None:
        """Why pages would lack their style; None when everything is there."""
        absent = [name for name, folder in self._rooms.items() if not folder.is_dir()]
        return f"the page assets {', '.join(absent)} were not built" if absent else None

    def url(self, path: str) -> str:
        """The address of `portal/portal.css` and the like."""
        return f"/assets/{self._version}/{path}"

    def mount(self, app: FastAPI) -> None:
        for name, folder in self._rooms.items():
            files = _Kept(directory=folder, check_dir=False)
            app.mount(f"/assets/{self._version}/{name}", files, name=f"assets-{name}")


class _Kept(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = _FOREVER
        return response


def _digest(folders: Any) -> str:
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found.update(str(path.relative_to(folder)).encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:12]
