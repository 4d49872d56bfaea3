"""CTDL-ASN: frameworks of competencies as JSON-LD, alone, in a graph or in a registry's envelope.

https://credreg.net/ctdlasn/terms. The context is not fetched: terms are known by their prefix or
their whole address, and a node by its `@id`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, Framework, Kind, Link, LinkKind, Skill

_PREFIX = re.compile(r"^(\w+:(?!//)|https?://purl\.org/\w+/terms/)")
_FRAMEWORK, _COMPETENCY = "CompetencyFramework", "Competency"
_LINKS = {
    "exactAlignment": LinkKind.SAME,
    "broadAlignment": LinkKind.BROADER,
    "narrowAlignment": LinkKind.NARROWER,
    "majorAlignment": LinkKind.RELATED,
}


@dataclass
class _Node:
    """Everything that a file says of one thing; it may say it in several places."""

    file: str
    uri: str
    texts: dict[str, str] = field(default_factory=dict[str, str])
    references: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def wrong(self, term: str, mend: str) -> TaxonomyError:
        return TaxonomyError(f"{self.file}, {self.uri}, {term}", mend)

    def text(self, *terms: str) -> str:
        """Of the first term that has one."""
        return next((self.texts[term] for term in terms if self.texts.get(term)), "")

    def refers(self, term: str) -> list[str]:
        return self.references.get(term, [])


_TEXTS = (
    *("competencyText", "competencyLabel", "codedNotation", "comment", "name", "publisherName"),
    *("rights", "versionCode", "dateModified", "dateCopyright", "dateCreated"),
)
_REFERENCES = ("isPartOf", "isChildOf", "hasChild", "hasTopChild", "license", *_LINKS)


def is_ctdl(value: object) -> bool:
    return next(_things(value), None) is not None


def read_ctdl(path: Path, value: object) -> Contents:
    """Raises TaxonomyError, which names file, node and term."""
    frameworks: dict[str, _Node] = {}
    competencies: dict[str, _Node] = {}
    for kind, thing in _things(value):
        nodes = frameworks if kind == _FRAMEWORK else competencies
        uri = thing.get("@id") or thing.get("id")
        if not isinstance(uri, str) or not uri or uri.startswith("_:"):
            told = str(_local(thing).get("competencyText", ""))[:60]
            raise TaxonomyError(f"{path.name}, {kind} {told}", "Give it an address as its @id.")
        _add(nodes.setdefault(uri, _Node(path.name, uri)), thing)
    if not frameworks:
        raise TaxonomyError(path.name, "It has competencies, but no ceasn:CompetencyFramework.")
    above = _hierarchy(frameworks, competencies)
    return Contents(
        frameworks=tuple(map(_framework, frameworks.values())),
        skills=tuple(
            _skill(node, _home(node, frameworks), above[uri]) for uri, node in competencies.items()
        ),
    )


def _things(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Frameworks and competencies, wherever they are, in the order of the file."""
    ahead = [value]
    while ahead:
        value = ahead.pop()
        match value:
            case dict():
                thing = cast("dict[str, Any]", value)
                types = thing.get("@type", thing.get("type"))
                for each in cast("list[object]", types if isinstance(types, list) else [types]):
                    if isinstance(each, str) and _term(each) in (_FRAMEWORK, _COMPETENCY):
                        yield _term(each), thing
                        break
                ahead += reversed(list(thing.values()))
            case list():
                ahead += reversed(cast("list[object]", value))
            case _:
                pass


def _term(name: str) -> str:
    """Without its prefix."""
    return _PREFIX.sub("", name)


def _local(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {_term(name): value for name, value in thing.items()}


def _add(node: _Node, thing: Mapping[str, Any]) -> None:
    said = _local(thing)
    for term in _TEXTS:
        text = _text(node, term, said.get(term))
        if text and node.texts.setdefault(term, text) != text:
            raise node.wrong(term, "It is there twice, with other words. Keep one.")
    for term in _REFERENCES:
        known = node.references.setdefault(term, [])
        known += [uri for uri in _uris(node, term, said.get(term)) if uri not in known]


def _text(node: _Node, term: str, value: object) -> str:
    """In English where there are several languages, else in the first."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case list():
            texts = [_text(node, term, one) for one in cast("list[object]", value)]
            return next(filter(None, texts), "")
        case dict():
            languages = cast("dict[str, object]", value)
            if "@value" in languages:
                return _text(node, term, languages["@value"])
            order = sorted(languages, key=lambda one: (one.lower() != "en-us", one[:2] != "en"))
            return next(filter(None, (_text(node, term, languages[one]) for one in order)), "")
        case _:
            raise node.wrong(term, "It must be text.")


def _uris(node: _Node, term: str, value: object) -> list[str]:
    match value:
        case None:
            return []
        case str():
            return [value]
        case list():
            return [uri for one in cast("list[object]", value) for uri in _uris(node, term, one)]
        case {"@id": str() as uri} | {"id": str() as uri}:
            return [uri]
        case _:
            raise node.wrong(term, "It must be an address.")


def _hierarchy(
    frameworks: Mapping[str, _Node], competencies: Mapping[str, _Node]
) -> dict[str, list[str]]:
    """What is right above each competency, told from below or from above."""
    above: defaultdict[str, list[str]] = defaultdict(list)
    for node in (*frameworks.values(), *competencies.values()):
        for term in ("hasChild", "hasTopChild"):
            for child in node.refers(term):
                if child not in competencies:
                    raise node.wrong(term, f"{child} is not in the file. Add it.")
                if node.uri in competencies:
                    above[child].append(node.uri)
        for parent in node.refers("isChildOf"):
            if parent in competencies:
                above[node.uri].append(parent)
            elif parent not in frameworks:
                raise node.wrong("isChildOf", f"{parent} is not in the file. Add it.")
    return above


def _home(node: _Node, frameworks: Mapping[str, _Node]) -> str:
    """The framework that a competency is part of: the only one where it does not say."""
    stated = node.refers("isPartOf")
    if not stated and len(frameworks) == 1:
        return next(iter(frameworks))
    home = next((uri for uri in stated if uri in frameworks), None)
    if home is None:
        raise node.wrong("isPartOf", "It must name a framework of the file.")
    return home


def _framework(node: _Node) -> Framework:
    name = node.text("name")
    if not name:
        raise node.wrong("name", "It is missing. Fill it in.")
    publisher, terms = node.text("publisherName"), node.text("rights")
    license_uri = next(iter(node.refers("license")), "")
    return Framework(
        uri=node.uri,
        name=name,
        version=node.text("versionCode", "dateModified", "dateCopyright", "dateCreated")[:10],
        attribution=name
        + (f", published by {publisher}." if publisher else ".")
        + (f" {terms}" if terms else "")
        + (f" License: {license_uri}" if license_uri else ""),
    )


def _skill(node: _Node, framework: str, above: list[str]) -> Skill:
    text, label = node.text("competencyText"), node.text("competencyLabel")
    if not (text or label):
        raise node.wrong("competencyText", "It is missing. Fill it in.")
    return Skill(
        uri=node.uri,
        framework=framework,
        label=" ".join((label or text).split()),
        kind=Kind.COMPETENCY,
        code=node.text("codedNotation"),
        description=text if label else node.text("comment"),
        broader=tuple(dict.fromkeys(above)),
        links=tuple(Link(kind, uri) for term, kind in _LINKS.items() for uri in node.refers(term)),
    )
