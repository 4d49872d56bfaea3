"""The documents that a job is written as, for its employer to save."""

from dataclasses import dataclass

from fastapi import Response

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


def saved(written: bytes, document: Document) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{document.name}"'}
    return Response(written, media_type=document.media_type, headers=headers)
