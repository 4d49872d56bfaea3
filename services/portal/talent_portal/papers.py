"""The documents that a job is written as, for its employer to save."""

from dataclasses import dataclass

from fastapi import FastAPI, Response
from talent_kit.errors import Problem, Reason

from talent_portal.clients import Matcher
from talent_portal.visitor import Employer
from talent_portal.wording import _


@dataclass(frozen=True)
class Document:
    words: str
    media_type: str
    name: str


_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# By their names at JobDraftService.
FIRST = {
    "pdf": Document(_("Save as PDF"), _PDF, "job.pdf"),
    "docx": Document(_("Save for Word"), _DOCX, "job.docx"),
    "guide-pdf": Document(_("Interview guide (PDF)"), _PDF, "interview-guide.pdf"),
}
MORE = {
    "guide-docx": Document(_("Interview guide for Word"), _DOCX, "interview-guide.docx"),
    "html": Document(_("Web page (HTML)"), "text/html", "job.html"),
    "schema-org": Document(
        _("For search engines (schema.org)"), "application/ld+json", "job-schema-org.json"
    ),
    "jdx": Document(_("For HR systems (JDX)"), "application/ld+json", "job-jdx.json"),
}
DOCUMENTS = {**FIRST, **MORE}


def add_job_documents(app: FastAPI, *, matcher: Matcher) -> None:
    @app.get("/jobs/{job_id}/documents/{form}")
    async def document(session: Employer, job_id: str, form: str) -> Response:
        described = (await matcher.job(session.token, job_id)).description_json
        if form not in DOCUMENTS or not described:
            raise Problem(Reason.NOT_FOUND, what="document")
        return saved(await matcher.written(session.token, described, form), DOCUMENTS[form])


def saved(written: bytes, document: Document) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{document.name}"'}
    return Response(written, media_type=document.media_type, headers=headers)
