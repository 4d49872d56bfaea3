"""What an employer's form says of licenses, and of when and where the work is."""

from typing import Any

from starlette.datastructures import FormData

from talent_portal.visitor import text
from talent_portal.wording import _

KEEP_LICENSE = {"needed": _("Needed"), "out": _("Leave out")}


def kept_licenses(licenses: list[dict[str, Any]], form: FormData) -> list[dict[str, Any]]:
    """Without what the person left out. A check may be pending only where they say so."""
    kept: list[dict[str, Any]] = []
    for number, license_ in enumerate(licenses):
        wish = text(form, f"license-{number}")
        pending = f"pending-{number}" in form
        if wish in KEEP_LICENSE and pending != license_.get("accept_pending", False):
            license_["accept_pending"] = pending
        if wish != "out":
            kept.append(license_)
    return kept
