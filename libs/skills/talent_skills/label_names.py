"""Under which names each skill is found in a text, and how sure each name is: made at set-up.

Every label and alternative label is a name. What it is worth, 0 to 1, is decided here once:
- a preferred label is worth 1, unless it is a word of everyday use ("communication", "energy");
- an alternative label is worth as much as its meaning is like its skill's own label: "resource
  management" of "manage resources" 0.9, "processes" of "perform ground-handling maintenance
  procedures" 0.2. Of four words and more none meets a text by chance: FOUR_WORDS;
- a product is known by its exact name, some also without their maker's ("Excel"); by its name and
  by its letters if its label is "Amazon Web Services AWS software".
A single word that is also plain English ("Access", "Go", "R") is `plain`: it counts only as it is
written and among its like. What plain English is, the taxonomy's own descriptions and tasks tell.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from talent_skills.frameworks import Kind, Skill
from talent_skills.label_vectors import EMBEDDED, LabelVectors
from talent_skills.ranking import Embeds
from talent_skills.taxonomy import Taxonomy
from talent_skills.words import LOOSE, american, stem, without_suffix

FILE_NAME = "label-names.json"
LIKENESS_FILE_NAME = "label-likeness.json"  # what computing the names took longest for
FOUR_WORDS = 0.8
SHORT_NAME = 0.9  # of a product, without its maker's
IN_CONTEXT = 0.8  # a plain word among its like
EVERYDAY = 0.5  # below what is asserted: a person decides
# Below this an alternative label is not used at all; a single word needs more.
LEAST = 0.45
LEAST_OF_A_WORD = 0.6
EVERYDAY_SHARE = 0.003  # of descriptions and tasks that have the word
PLAIN_COUNT = 3  # of them
# Makers whose products people name without them.
MAKERS = frozenset(("Adobe", "Apache", "Atlassian", "Autodesk", "ESRI", "Intuit", "Microsoft"))
# The same, but not of those with a plain word for a name ("Google Drive").
MORE_MAKERS = frozenset(("Amazon", "Cisco", "Google", "HashiCorp", "IBM", "SAP"))
TOKEN = re.compile(r"[^\W_]+[+#]*")
_LOWER_WORD = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_EMBEDDED_WORDS = 3


@dataclass(frozen=True, slots=True)
class Name:
    """`key`: its words' stems, or the word itself if it is one. `written`: the only way to write
    it, if letters' case matters. `plain`: only among its like."""

    key: str
    skill: int
    worth: float
    written: str = ""
    plain: bool = False


def write_label_names(
    folder: Path,
    taxonomy: Taxonomy,
    vectors: LabelVectors,
    embedder: Embeds,
    known: Path | None = None,
) -> None:
    """Of every skill that can be tagged; `vectors` are of the same taxonomy. `known`: the folder
    of another taxonomy, whose likenesses by the same model need not be computed again."""
    skills = [skill for skill in taxonomy.skills() if skill.kind is not Kind.GROUP]
    likeness = _likeness(skills, vectors, embedder, _read_likeness(known) if known else {})
    names = list(_names(skills, likeness, _Prose(taxonomy)))
    contents = {
        "version": taxonomy.version,
        "skills": [(skill.uri, skill.label, skill.kind) for skill in skills],
        "names": [astuple(name) for name in _best(names, skills)],
    }
    _write(folder / FILE_NAME, contents)
    _write(folder / LIKENESS_FILE_NAME, [(*pair, like) for pair, like in likeness.items()])


def key_of(tokens: list[str]) -> str:
    """One word stands for itself: by stems, "accounting" would be "account"."""
    return american(tokens[0]) if len(tokens) == 1 else " ".join(map(stem, tokens))


class _Prose:
    """How many of the taxonomy's descriptions and tasks have a word in small letters."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        texts = [skill.description for skill in taxonomy.skills(*EMBEDDED)]
        texts += [task.text for one in taxonomy.occupations() for task in one.tasks]
        self._counts = Counter(word for text in texts for word in set(_LOWER_WORD.findall(text)))
        self._everyday = max(EVERYDAY_SHARE * len(texts), PLAIN_COUNT)

    def has(self, word: str) -> bool:
        return word.lower() in self._counts

    def is_plain(self, word: str) -> bool:
        return len(word) <= 2 or self._counts[word.lower()] >= PLAIN_COUNT

    def is_everyday(self, word: str) -> bool:
        return self._counts[word.lower()] >= self._everyday


def _names(
    skills: list[Skill], likeness: dict[tuple[str, str], float], prose: _Prose
) -> Iterator[Name]:
    for number, skill in enumerate(skills):
        if skill.kind is Kind.TECHNOLOGY:
            yield from _of_product(number, skill.label, prose)
            continue
        yield from _of_label(number, skill.label, 1.0, prose)
        for label in skill.alternatives:
            worth = likeness.get((skill.label, label), FOUR_WORDS)
            words = TOKEN.findall(label)
            if worth < (LEAST if len(words) > 1 else LEAST_OF_A_WORD):
                continue
            # "clean", "be responsible"
            if (len(words) == 1 and prose.is_plain(words[0])) or _is_loose(words):
                worth = min(worth, EVERYDAY)
            yield from _of_label(number, label, worth, prose)


def _likeness(
    skills: list[Skill],
    vectors: LabelVectors,
    embedder: Embeds,
    known: dict[tuple[str, str], float],
) -> dict[tuple[str, str], float]:
    """Of each short alternative label to its skill's own label, by both."""
    rows = {uri: row for row, uri in enumerate(vectors.uris)}
    asked = {
        (skill.label, label): rows[skill.uri]
        for skill in skills
        if skill.uri in rows
        for label in skill.alternatives
        if len(label.split()) <= _EMBEDDED_WORDS
    }
    missing = [pair for pair in asked if pair not in known]
    found = {pair: known[pair] for pair in asked if pair in known}
    meanings = embedder.embed([label for _, label in missing])
    for pair, meaning in zip(missing, meanings, strict=True):
        like = float(meaning @ vectors.vectors[asked[pair]])
        found[pair] = round(min(max(like, 0.0), 1.0), 2)
    return found


def _read_likeness(folder: Path) -> dict[tuple[str, str], float]:
    path = folder / LIKENESS_FILE_NAME
    if not path.exists():
        return {}
    rows: list[tuple[str, str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return {(label, alternative): like for label, alternative, like in rows}


def _write(path: Path, contents: object) -> None:
    path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")


def _of_label(number: int, label: str, worth: float, prose: _Prose) -> Iterator[Name]:
    words = TOKEN.findall(without_suffix(label))
    if not words:
        return
    name = Name(key_of([word.lower() for word in words]), number, worth)
    if len(words) > 1:
        yield name
        return
    [word] = words
    if not word.islower() and prose.is_plain(word):
        yield replace(name, written=word, plain=True, worth=min(worth, IN_CONTEXT))
    elif prose.is_everyday(word):
        yield replace(name, worth=min(worth, EVERYDAY))
    elif not word.islower() and prose.has(word):
        yield replace(name, written=word)
    elif len(word) > 2:
        yield name
        yield replace(name, key=_other_number(name.key))


def _is_loose(words: list[str]) -> bool:
    """Two words, of which one says nothing."""
    return len(words) == 2 and any(word.lower() in LOOSE for word in words)


def _other_number(word: str) -> str:
    """ "sensors" of "sensor", and the other way round."""
    if word.endswith(("ss", "ics", "us", "is")):
        return word
    return word[:-1] if word.endswith("s") and len(word) > 4 else word + "s"


def _of_product(number: int, label: str, prose: _Prose) -> Iterator[Name]:
    words = TOKEN.findall(label)
    if not words:
        return
    name = Name(key_of([word.lower() for word in words]), number, 1.0)
    if len(words) == 1:
        yield _of_word(name, words[0], 1.0, prose)
    elif all(map(prose.is_plain, words)) and words[-1].lower() not in ("software", "systems"):
        yield replace(name, written=label)
    else:
        yield name
    *first, last = words[:-1] if len(words) > 2 and words[-1].lower() == "software" else words
    if len(first) == 1 and first[0] in MAKERS | MORE_MAKERS:
        if words[-1] != last:
            yield replace(name, key=key_of([first[0].lower(), last.lower()]))
        if _is_mixed(last) and not (first[0] in MORE_MAKERS and prose.is_plain(last)):
            short = _of_word(replace(name, key=last.lower()), last, SHORT_NAME, prose)
            # "excel" and "project" are words, "powershell" is not.
            yield replace(short, written=last) if last[1:].islower() else short
    elif last.isupper() and last == "".join(word[0].upper() for word in first) and len(first) > 1:
        # "Amazon Web Services" is a name, "student information system" no more than words.
        written = "" if first[-1].islower() else " ".join(first)
        key = key_of([word.lower() for word in first])
        yield replace(name, key=key, worth=SHORT_NAME, written=written)
        yield replace(name, key=last.lower(), worth=IN_CONTEXT, written=last, plain=True)


def _of_word(name: Name, word: str, worth: float, prose: _Prose) -> Name:
    if prose.is_plain(word):
        return replace(name, written=word, plain=True, worth=IN_CONTEXT)
    return replace(name, worth=worth, written=word if prose.has(word) else "")


def _is_mixed(word: str) -> bool:
    """In capital and small letters: neither "software" nor an abbreviation."""
    return not word.islower() and not word.isupper()


def _best(names: Iterable[Name], skills: list[Skill]) -> list[Name]:
    """One for each key: what is worth most, and of several frameworks' the one with a hierarchy."""

    def order(name: Name) -> tuple[float, bool, str]:
        skill = skills[name.skill]
        return (-name.worth, skill.kind is Kind.TECHNOLOGY, skill.uri)

    found: dict[str, Name] = {}
    for name in sorted(names, key=order):
        found.setdefault(name.key, name)
    return sorted(found.values(), key=lambda name: name.key)
