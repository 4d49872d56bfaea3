"""The verifier's endpoints of the VC API (https://w3c.github.io/vcalm/).

The status is 200 for what is verified and 400 for everything else, also what could not be checked:
many clients, and the public test suites, look at nothing but the status.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from talent_kit.errors import PASSING, Problem, Reason
from talent_vc import Check, CredentialError, Outcome, Overall, Part, open_envelope, sentence
from talent_vc.document import MAX_BYTES, MAX_DEPTH, read_json
from talent_vc.policies import ADVISORY
from talent_vc.vc_jwt import is_presentation

from talent_verifier.checking import Checking, Told
from talent_verifier.model import Verdict

Document = dict[str, Any]
VCDM = "https://www.w3.org/TR/vc-data-model#"  # VCDM 2.0, "Problem Details"
SECURITY = "https://w3id.org/security#"  # Data Integrity 1.0, "Processing Errors"
STATUS = "https://www.w3.org/ns/credentials/status-list#"  # in its "Processing Errors"
OWN = "urn:talent:check:"
TYPES = (
    ("structure.readable", VCDM + "PARSING_ERROR"),
    ("structure.", VCDM + "MALFORMED_VALUE_ERROR"),
    ("schema.", VCDM + "MALFORMED_VALUE_ERROR"),
    ("format.", VCDM + "PARSING_ERROR"),
    ("proof.domain", SECURITY + "INVALID_DOMAIN_ERROR"),
    ("proof.challenge", SECURITY + "INVALID_CHALLENGE_ERROR"),
    ("proof.", SECURITY + "PROOF_VERIFICATION_ERROR"),
    ("issuer.binding", VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR"),
)
CONTEXT = "https://www.w3.org/ns/credentials/v2"
TOKEN = re.compile(r"[\w-]+\.[\w-]*\.[\w-]+(~[\w.~-]*)?", re.ASCII)
ENVELOPED = {
    "EnvelopedVerifiableCredential": re.compile(r"data:application/vc\+(jwt|sd-jwt)[;,]"),
    "EnvelopedVerifiablePresentation": re.compile(r"data:application/vp\+(jwt|sd-jwt)[;,]"),
}
MADE_FOR = ("challenge", "domain")  # what a presentation answers to
WRAPPED = 2  # levels that the request itself adds


def vc_api_routes(checking: Checking) -> APIRouter:
    router = APIRouter(tags=["VC API"])

    @router.post("/credentials/verify", summary="Verify a credential (VC API)")
    async def credentials(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """`verifiableCredential`: an object, an enveloped one, or a token. Nothing is stored."""
        return await _answer(checking, request, presentation=False)

    @router.post("/presentations/verify", summary="Verify a presentation (VC API)")
    async def presentations(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """`verifiablePresentation`, and in `options` the `challenge` and `domain` it was made for.
        Nothing is stored."""
        return await _answer(checking, request, presentation=True)

    return router


async def _answer(checking: Checking, request: Request, *, presentation: bool) -> JSONResponse:
    name = "verifiablePresentation" if presentation else "verifiableCredential"
    address = request.client.host if request.client else ""
    try:
        asked = _read(await request.body())
        document: Any = asked.get(name) or (asked.get("presentation") if presentation else None)
        options = _options(asked.get("options"))
        content = _content(document, name, presentation=presentation)
        made_for = {name: options[name] for name in MADE_FOR if name in options}
        told = await checking.check(content, None, address, **made_for)
    except CredentialError as error:
        return _refused(error.mend)
    except Problem as problem:
        if problem.reason in PASSING:
            raise
        return _refused(problem.sentence())
    result = _result(told)
    if options.get("returnPresentation" if presentation else "returnCredential") is True:
        result["verifiablePresentation" if presentation else "credential"] = document
    return JSONResponse(result, 200 if result["verified"] else 400)


def _read(body: bytes) -> Document:
    return read_json(body, max_bytes=MAX_BYTES + 10_000, max_depth=MAX_DEPTH + WRAPPED)


def _options(stated: Any) -> Document:
    given = cast(Document, stated) if isinstance(stated, dict) else {}
    options = {name: value for name, value in given.items() if value is not None}
    for name in MADE_FOR:
        if not isinstance(options.get(name, ""), str):
            raise Problem(Reason.INVALID_FIELD, field=f"options.{name}", mend="give a text")
    return options


def _content(document: Any, name: str, *, presentation: bool) -> bytes:
    """The bytes to check. Raises Problem for what is no document of this kind."""
    if isinstance(document, dict):
        content = _of_object(cast(Document, document))
    elif isinstance(document, str) and TOKEN.fullmatch(document):
        content = document.encode()
    else:
        raise Problem(Reason.MISSING_FIELD, field=name)
    if is_presentation(open_envelope(content).document) is not presentation:
        raise Problem(Reason.INVALID_FIELD, field=name, mend="send it to the other endpoint")
    return content


def _of_object(document: Document) -> bytes:
    """An enveloped one is a token in a data: URL (VCDM 2.0, section 4.13)."""
    stated: Any = document.get("type")
    kinds = cast(list[Any], stated) if isinstance(stated, list) else [stated]
    for kind, url in ENVELOPED.items():
        if kind in kinds:
            contexts: Any = document.get("@context")
            identifier: Any = document.get("id")
            named = contexts == CONTEXT or (isinstance(contexts, list) and CONTEXT in contexts)
            if not (named and isinstance(identifier, str) and url.match(identifier)):
                mend = f"give an {kind} its context, and a data: URL as id"
                raise Problem(Reason.NOT_A_CREDENTIAL, field="id", mend=mend)
            return identifier.partition(",")[2].encode()
    return json.dumps(document, ensure_ascii=False).encode()


def _refused(detail: str) -> JSONResponse:
    problem = {"type": VCDM + "PARSING_ERROR", "title": "PARSING_ERROR", "detail": detail}
    result = {"verified": False, "problemDetails": [problem], "errors": [problem]}
    return JSONResponse({**result, "warnings": [], "checks": []}, 400)


def _result(told: Told) -> Document:
    """`problemDetails` as in the present draft; `errors`, `warnings` and `checks` of older ones."""
    verdict = told.verdict
    verified = verdict.outcome is Overall.VALID
    found = list(_problems(verdict.checks, verdict.parts, ""))
    warnings = [problem for code, problem in found if verified or code in ADVISORY]
    errors = [problem for code, problem in found if not (verified or code in ADVISORY)]
    return {
        "verified": verified,
        "problemDetails": errors + warnings,
        "errors": errors,
        "warnings": warnings,
        "checks": _checked(verdict),
    }


def _problems(
    checks: Sequence[Check], parts: Sequence[Part], about: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for check in checks:
        if check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED):
            kind = _type(check)
            title = kind.rpartition("#")[2].removeprefix(OWN)
            detail = sentence(check)
            where = about + check.about
            yield check.code, {"type": kind, "title": title, "detail": detail, "about": where}
    for part in parts:
        yield from _problems(part.verdict.checks, part.verdict.parts, about + part.about)


def _type(check: Check) -> str:
    if check.code.startswith("status.") and check.outcome is Outcome.NOT_CHECKED:
        return STATUS + "STATUS_RETRIEVAL_ERROR"
    for prefix, kind in TYPES:
        if check.code.startswith(prefix):
            return kind
    return OWN + check.code


def _checked(verdict: Verdict) -> list[str]:
    """What was looked at, each once: "proof", "status", …"""
    looked = (Outcome.PASSED, Outcome.FAILED)
    kinds = (check.code.partition(".")[0] for check in verdict.checks if check.outcome in looked)
    return list(dict.fromkeys(kinds))
