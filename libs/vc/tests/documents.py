"""Documents and contexts with everything that JSON-LD has, for comparing two ways to read them."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from talent_vc import Document

EX = "https://terms.example/"
URL = "https://contexts.example/1"
OTHER = "https://contexts.example/2"
_FEW: Document = {
    "id": "@id",
    "type": "@type",
    "name": f"{EX}name",
    "known": {"@id": f"{EX}known", "@type": "@id"},
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXTS: dict[str, Document] = {
    URL: {
        "@context": {
            "@version": 1.1,
            "xsd": _XSD,
            "ex": EX,
            "gen": {"@id": f"{EX}gen#", "@prefix": True},
            "id": "@id",
            "key": "@id",
            "type": "@type",
            "kind": "@type",
            "none": None,
            "name": "ex:name",
            "title": {"@id": "ex:name", "@type": "xsd:string"},
            "date": {"@id": "ex:date", "@type": "xsd:dateTime"},
            "size": {"@id": "ex:size", "@type": "xsd:double"},
            "whole": {"@id": "ex:whole", "@type": "xsd:integer"},
            "plain": {"@id": "ex:plain", "@type": "@none"},
            "odd": {"@id": "ex:odd", "@type": "@json"},
            "known": {"@id": "ex:known", "@type": "@id"},
            "choice": {"@id": "ex:choice", "@type": "@vocab"},
            "set": {"@id": "ex:set", "@container": "@set"},
            "list": {"@id": "ex:list", "@container": "@list"},
            "steps": {"@id": "ex:steps", "@type": "@id", "@container": "@list"},
            "graph": {"@id": "ex:graph", "@container": "@graph"},
            "graphs": {"@id": "ex:graphs", "@container": ["@graph", "@set"]},
            "byId": {"@id": "ex:byId", "@container": "@id"},
            "byType": {"@id": "ex:byType", "@container": "@type"},
            "byIndex": {"@id": "ex:byIndex", "@container": "@index"},
            "byLanguage": {"@id": "ex:byLanguage", "@container": "@language"},
            "english": {"@id": "ex:english", "@language": "en-US"},
            "right": {"@id": "ex:right", "@direction": "rtl"},
            "of": {"@reverse": "ex:known"},
            "nest": "@nest",
            "also": "@included",
            "Thing": "ex:Thing",
            "Scoped": {
                "@id": "ex:Scoped",
                "@context": {
                    "name": "ex:scopedName",
                    "inner": {"@id": "ex:inner", "@type": "@id"},
                    "local": {"@id": "ex:local#", "@prefix": True},
                    "mine": "@id",
                },
            },
            "Spreading": {
                "@id": "ex:Spreading",
                "@context": {"@propagate": True, "title": "ex:spread", "extra": "ex:extra"},
            },
            "Aliased": {"@id": "ex:Aliased", "@context": {"sort": "@type", "value": "@value"}},
            "Emptied": {"@id": "ex:Emptied", "@context": [None, _FEW]},
            "part": {
                "@id": "ex:part",
                "@context": {
                    "name": "ex:partName",
                    "Thing": "ex:PartThing",
                    "extra": "ex:partExtra",
                },
            },
            "part2": {
                "@id": "ex:part2",
                "@context": {"@propagate": False, "name": "ex:part2Name", "part": "ex:again"},
            },
            "fresh": {"@id": "ex:fresh", "@context": None},
            "other": {"@id": "ex:other", "@type": "@id", "@context": OTHER},
            "spoken": {"@id": "ex:spoken", "@context": {"@language": "de"}},
            "based": {"@id": "ex:based", "@context": {"@base": "https://base.example/"}},
            "free": {"@id": "ex:free", "@context": {"@vocab": "https://free.example/"}},
        }
    },
    OTHER: {"@context": {"@protected": True, **_FEW, "Thing": f"{EX}Other", "more": f"{EX}more"}},
}
_NAMES = [
    *sorted(CONTEXTS[URL]["@context"]),
    *("inner", "mine", "sort", "value", "extra", "more", "unknown", "@id", "@type", "@value"),
    *("@list", "@set", "@graph", "@included", "@reverse", "@index", "@language", "@context"),
    *("@json", "@nest", "ex:compact", f"{EX}full", "_:blank", "", "@odd"),
]
# Names that are likely to make a document which says something stand here several times.
names = st.sampled_from([*_NAMES, *(["name", "known", "set", "list", "part", "id", "type"] * 4)])
urls = st.sampled_from(
    [
        *(
            "https://a.example/1",
            "urn:b",
            "ex:c",
            "gen:d",
            "local:e",
            "did:web:h%3A1:i",
            "relative",
        ),
        *(
            "_:x",
            "https://ü.example/",
            "https://a.example/%zz",
            "https://a.example:x/",
            "",
            "@type",
        ),
        *("a:b#c#d", "a:"),
    ]
)
types = st.sampled_from(
    [
        *("Thing", "Scoped", "Spreading", "Aliased", "Emptied"),
        *("ex:Odd", f"{EX}Full", "name", "none", "?"),
    ]
)
texts = st.one_of(st.text(max_size=5), st.sampled_from(["1", "1.50", "\u2028", "\x85", '"', "\\"]))
scalars = st.one_of(
    texts, urls, types, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)
)
contexts = st.sampled_from(
    [URL, OTHER, [URL, OTHER], [OTHER, URL], [URL], None, {}, "?", [URL, URL]]
)


def nodes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Objects; where a name wants an id, a type or a context, mostly one of those."""
    fit = {"id": urls, "key": urls, "@id": urls, "mine": urls, "@context": contexts}
    kinds = st.one_of(types, st.lists(types, max_size=3))
    fit |= dict.fromkeys(("type", "kind", "sort", "@type"), kinds)

    def filled(keys: list[str]) -> st.SearchStrategy[Document]:
        return st.fixed_dictionaries({key: fit.get(key, values) for key in keys})

    return st.lists(names, max_size=5, unique=True).flatmap(filled)


values = st.recursive(scalars, lambda inner: st.one_of(nodes(inner), st.lists(inner, max_size=3)))
documents = nodes(values).flatmap(
    lambda node: contexts.map(lambda context: {"@context": context, **node})
)


def changed(document: Document, data: st.DataObject, choices: Sequence[str]) -> Document:
    """A copy with one to three values replaced, added, taken out or under another name."""
    copy: Any = json.loads(json.dumps(document))
    for _ in range(data.draw(st.integers(1, 3))):
        parent = data.draw(st.sampled_from([part for part in _parts(copy) if part] or [copy]))
        if isinstance(parent, list):
            place: Any = data.draw(st.integers(0, len(parent) - 1))
            parent[place] = data.draw(_others(parent[place]))
            continue
        name = data.draw(st.sampled_from(sorted(parent) or ["id"]))
        how = data.draw(st.sampled_from(["replace", "add", "remove", "rename"]))
        if how == "replace":
            parent[name] = data.draw(_others(parent.get(name)))
        elif how == "add":
            parent[data.draw(st.sampled_from(choices))] = data.draw(scalars)
        else:
            value = parent.pop(name, None)
            if how == "rename":
                parent[data.draw(st.sampled_from(choices))] = value
    return copy


def _others(value: Any) -> st.SearchStrategy[Any]:
    return st.one_of(scalars, st.just([value]), st.just([value, value]), st.just({"id": value}))


def _parts(value: Any) -> list[Any]:
    """Every object and array in a document."""
    if isinstance(value, dict):
        return [value, *(part for inner in value.values() for part in _parts(inner))]
    if isinstance(value, list):
        return [value, *(part for inner in value for part in _parts(inner))]
    return []
