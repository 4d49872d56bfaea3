"""Where a line of a drafted job comes from, in words and as an address that one can open."""

from collections.abc import Mapping
from typing import Any

from talent_portal.wording import _

# Under the names that a description has for them.
KINDS = {
    "onet-occupation": _("O*NET"),
    "onet-task": _("O*NET task"),
    "onet-skill": _("O*NET"),
    "esco-skill": _("ESCO"),
    "framework-skill": _("A list of skills"),
    "wage-survey": _("A survey of wages"),
    "posting": _("Your old posting"),
    "employer": _("Your own words"),
}
_OCCUPATION = "https://www.onetonline.org/link/summary/"


def sourced(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Of a task or a skill: its text, its source in words, and the address or ""."""
    source: Mapping[str, str] = one.get("source", {})
    kind, occupation = source.get("kind", ""), source.get("occupation", "")
    words, link = KINDS.get(kind, ""), one.get("uri", "")
    if kind == "onet-task":
        words = f"{words} {source.get('id', '')}".rstrip()
        link = f"{_OCCUPATION}{occupation}" if occupation else ""
    is_link = link.startswith(("http://", "https://"))
    return one.get("text") or one.get("label", ""), words, link if is_link else ""
