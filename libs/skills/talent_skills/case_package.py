"""CASE: a CFPackage of competencies as 1EdTech's standard 1.0 or 1.1 has it.

https://www.imsglobal.org/spec/case/v1p1. A node is known by its identifier; its address is its
`uri`.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from talent_skills.frameworks import Contents, Framework, Kind, Link, LinkKind, Skill
from talent_skills.json_files import Entry, entry

_CHILD = "isChildOf"
# What the origin of an association says about its destination, and the other way round
_LINKS = {
    "exactMatchOf": (LinkKind.SAME, LinkKind.SAME),
    "isPartOf": (LinkKind.BROADER, LinkKind.NARROWER),
    "isPeerOf": (LinkKind.RELATED, LinkKind.RELATED),
    "isRelatedTo": (LinkKind.RELATED, LinkKind.RELATED),
}


def is_case(value: object) -> bool:
    return isinstance(value, dict) and ("CFDocument" in value or "CFPackage" in value)


def read_case_package(path: Path, value: object) -> Contents:
    """Raises TaxonomyError, which names file, entry and field."""
    package = entry(path.name, value)
    if "CFPackage" in package.values:
        package = entry(f"{path.name}, CFPackage", package.values["CFPackage"])
    document = entry(f"{package.where}, CFDocument", package.values.get("CFDocument"))
    uri = document.must("uri")
    items: dict[str, Entry] = {}
    for item in package.entries("CFItems"):
        identifier = item.must("identifier")
        if identifier in items:
            raise item.wrong("identifier", f"{identifier} is there twice. Keep one.")
        items[identifier] = item
    uris = {identifier: item.must("uri") for identifier, item in items.items()}
    top = document.must("identifier")
    above: defaultdict[str, list[str]] = defaultdict(list)
    links: defaultdict[str, list[Link]] = defaultdict(list)
    for association in package.entries("CFAssociations"):
        kind = association.must("associationType")
        origin, origin_uri = _node(association, "originNodeURI")
        target, target_uri = _node(association, "destinationNodeURI")
        if kind == _CHILD:
            if origin not in items:
                raise association.wrong("originNodeURI", f"{origin} is not in CFItems. Add it.")
            if target in items:
                above[origin].append(uris[target])
            elif target != top:
                raise association.wrong(
                    "destinationNodeURI", f"{target} is not in CFItems. Add it."
                )
        elif kind in _LINKS and top not in (origin, target):
            forth, back = _LINKS[kind]
            if origin in items:
                links[origin].append(Link(forth, uris.get(target, target_uri)))
            if target in items:
                links[target].append(Link(back, uris.get(origin, origin_uri)))
    return Contents(
        frameworks=(_framework(document),),
        skills=tuple(
            _skill(item, uri, above[identifier], links[identifier])
            for identifier, item in items.items()
        ),
    )


def _framework(document: Entry) -> Framework:
    name = document.must("title")
    publisher = document.text("publisher") or document.text("creator")
    license_uri = document.values.get("licenseURI")
    terms = entry(f"{document.where}, licenseURI", license_uri).text("uri") if license_uri else ""
    return Framework(
        uri=document.must("uri"),
        name=name,
        version=document.text("version") or document.text("lastChangeDateTime")[:10],
        attribution=f"{name}, published by {publisher or 'its owner'}."
        + (f" License: {terms}" if terms else ""),
    )


def _skill(item: Entry, framework: str, above: list[str], links: list[Link]) -> Skill:
    full = item.must("fullStatement")
    short = item.text("abbreviatedStatement")
    return Skill(
        uri=item.must("uri"),
        framework=framework,
        label=" ".join((short or full).split()),
        kind=Kind.COMPETENCY,
        code=item.text("humanCodingScheme"),
        description=full if short else item.text("notes"),
        broader=tuple(dict.fromkeys(above)),
        links=tuple(dict.fromkeys(links)),
    )


def _node(association: Entry, name: str) -> tuple[str, str]:
    """Identifier and address."""
    node = entry(f"{association.where}, {name}", association.values.get(name))
    return node.must("identifier"), node.must("uri")
