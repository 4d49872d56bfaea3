"""Check a credential, without sign-in: paste or drop one, see the verdict check by check.

Nothing is stored: the text goes to the verifier and into the answer, nowhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from fastapi import FastAPI, Request, Response
from starlette.datastructures import UploadFile
from talent_kit.errors import Problem, Reason
from talent_kit.limits import RateLimit

from talent_portal.clients import Verifier
from talent_portal.pages import Pages
from talent_portal.visitor import Form, text
from talent_portal.wording import _

# What the visitor can mend; anything else goes to the general page for problems.
_MENDABLE = frozenset(
    {
        Reason.MISSING_FIELD,
        Reason.INVALID_FIELD,
        Reason.TOO_LARGE,
        Reason.TOO_DEEP,
        Reason.NOT_A_CREDENTIAL,
        Reason.RATE_LIMITED,
    }
)


@dataclass(frozen=True)
class Verdict:
    """The verifier's answer, grouped for reading. `mark` is good, bad or open.

    `notes` are good to know and decide nothing. `trust` is told only of an issuer that is
    `proven`: anyone can name a trusted one.
    """

    summary: str
    mark: str
    issuer: str
    proven: bool
    trust: str
    passed: tuple[str, ...]
    failed: tuple[str, ...]
    not_checked: tuple[str, ...]
    not_applicable: tuple[str, ...]
    notes: tuple[str, ...]
    inside: tuple["Inside", ...]


@dataclass(frozen=True)
class Inside:
    """A credential inside a record, in a sentence; `mark` as for the whole."""

    summary: str
    mark: str


def add_check_page(app: FastAPI, *, pages: Pages, verifier: Verifier, limit: RateLimit) -> None:
    @app.get("/check")
    async def ask(request: Request) -> Response:
        return pages.page(request, "check.html", {"pasted": "", "error": "", "field": "paste"})

    @app.post("/check")
    async def check(request: Request, form: Form) -> Response:
        pasted = text(form, "credential")
        field = "paste"
        try:
            limit.take(request.client.host if request.client else "")
            upload = form.get("file")
            credential = pasted.encode()
            if isinstance(upload, UploadFile) and upload.filename:
                field, credential = "file", await upload.read()
            if not credential.strip():
                raise Problem(Reason.MISSING_FIELD)
            found = verdict(await verifier.verify(credential))
        except Problem as problem:
            if problem.reason not in _MENDABLE:
                raise
            content = {"pasted": pasted, "error": kindly(problem), "field": field}
            return pages.page(request, "check.html", content, 422)
        return pages.page(request, "verdict.html", {"verdict": found})


def verdict(answer: dict[str, Any]) -> Verdict:
    """The verifier's answer as the page shows it."""
    groups: dict[str, list[str]] = {outcome: [] for outcome in _OUTCOMES}
    notes: list[str] = []
    for check in answer["checks"]:
        only_note = check["outcome"] in ("failed", "not-checked") and not check["decides"]
        (notes if only_note else groups[check["outcome"]]).append(check["sentence"])
    passed, failed, not_checked, not_applicable = (tuple(groups[one]) for one in _OUTCOMES)
    issuer = answer["issuer"]
    mark = _MARKS.get(answer["outcome"], "bad")
    return Verdict(
        summary=answer["summary"],
        # Real, but from nobody that the state stands behind: no green light.
        mark="open" if mark == "good" and issuer["trust"] != "trusted" else mark,
        issuer=issuer["name"] or _address(issuer["id"]),
        proven=issuer["proven"],
        trust=_TRUST.get(issuer["trust"], ""),
        passed=passed,
        failed=failed,
        not_checked=not_checked,
        not_applicable=not_applicable,
        notes=tuple(notes),
        inside=tuple(_inside(answer.get("parts", []))),
    )


def _address(identifier: str) -> str:
    """Where an issuer is on the web. Other ids tell people nothing."""
    if identifier.startswith("did:web:"):
        return unquote(identifier.split(":")[2])
    return identifier if identifier.startswith("https://") else ""


def _inside(parts: list[dict[str, Any]]) -> Iterator[Inside]:
    """All credentials inside, also those inside of others."""
    for part in parts:
        yield Inside(part["summary"], _MARKS.get(part["outcome"], "bad"))
        yield from _inside(part["parts"])


def kindly(problem: Problem) -> str:
    """What went wrong and what to do, for somebody who has never seen a credential's text."""
    if problem.reason is Reason.MISSING_FIELD:
        return _("Paste a credential or choose a file first.")
    if problem.reason is Reason.RATE_LIMITED:
        return problem.sentence()
    if problem.reason in (Reason.TOO_LARGE, Reason.TOO_DEEP):
        return _("This is too large to be a credential. Choose another file.")
    return _(
        "This does not look like a credential. Copy all of its text, or choose the file that you "
        "were given, and try again."
    )


_OUTCOMES = ("passed", "failed", "not-checked", "not-applicable")
_MARKS = {"valid": "good", "undetermined": "open", "not-yet-valid": "open"}
_TRUST = {
    "trusted": _("The state agency vouches for this issuer."),
    "unknown": _("The state agency does not know this issuer."),
    "suspended": _("The state agency has put this issuer on hold."),
}
