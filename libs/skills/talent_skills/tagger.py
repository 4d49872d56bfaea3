"""Skills that a text names: a posting, a course, an achievement's criteria, a line of work history.

Exact names first (`label_finder`); then, in what they leave of each sentence, labels of like
meaning (`ranking`). A tag is asserted where it is nearly always right, and else only suggested:
a person accepts or rejects it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from talent_skills import label_finder
from talent_skills.embedding import Embedder
from talent_skills.errors import TaxonomyError, TextTooLong
from talent_skills.label_finder import Found, LabelFinder
from talent_skills.label_vectors import LabelVectors
from talent_skills.languages import ENGLISH, language_of
from talent_skills.ranking import HIGHEST, Embeds, Lifted, Possible, Ranker
from talent_skills.remembering import Remembering
from talent_skills.sentences import Sentence, sentences
from talent_skills.taxonomy import Taxonomy
from talent_skills.words import Phrase, phrases

LONGEST_TEXT = 50_000  # characters; the longest of 59 real postings has 11,000
# By meaning no threshold below this was right four times of five on the labeled sentences of the
# dev sets (docs/tagging.md): only what is nearly the label itself is asserted.
ASSERTED_MEANING = 0.9
# Of what is suggested there, people had chosen two of five. One word alone needs more.
SUGGESTED_MEANING = 0.62
SUGGESTED_OF_A_WORD = 0.7
SUGGESTIONS = 3  # by meaning for a sentence: more is nobody's help


class Method(StrEnum):
    """How a tag was found."""

    LABEL = "label"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Tag:
    """One skill at one place: text[start:end] carries it. `score`: 0 to 1."""

    uri: str
    label: str
    start: int
    end: int
    score: float
    method: Method
    asserted: bool


@dataclass(frozen=True, slots=True)
class Tagged:
    """What was found. `language`: a code of `languages.NAMES`; in another language than English
    only exact names that are asserted were looked for."""

    tags: tuple[Tag, ...]
    language: str
    taxonomy_version: str


class Tagger:
    """Of one taxonomy; all of it is in memory, and calls read nothing."""

    def __init__(self, finder: LabelFinder, known: LabelVectors, embedder: Embeds) -> None:
        self._finder = finder
        self._known = known
        self._embedder = Remembering(embedder)
        self._ranker = Ranker(known.labels, known.vectors, self._embedder)

    @classmethod
    def open(cls, folder: Path, model: Path, threads: int = 1) -> Tagger:
        """`folder`: the built taxonomy; `model`: the language model's. Raises TaxonomyError."""
        with closing(Taxonomy.open(folder)) as taxonomy:
            known = LabelVectors.open(folder, taxonomy)
            finder = LabelFinder.open(folder)
            if finder.version != taxonomy.version:
                raise TaxonomyError(str(folder), label_finder.MEND)
        return cls(finder, known, Embedder(model, threads))

    @property
    def version(self) -> str:
        """Of the taxonomy."""
        return self._finder.version

    @property
    def known(self) -> LabelVectors:
        """What every label that is found by meaning means."""
        return self._known

    def tag(self, text: str, *, by_meaning: bool = True) -> Tagged:
        """In the order of the text. Without `by_meaning` exact names alone, hundreds of times as
        fast. Raises TextTooLong."""
        if len(text) > LONGEST_TEXT:
            raise TextTooLong(len(text), LONGEST_TEXT)
        language = language_of(text)
        parts = [(sentence, self._finder.find(sentence.text)) for sentence in sentences(text)]
        tags = [
            tag
            for sentence, found in parts
            for tag in self._by_label(sentence, found)
            if tag.asserted or language == ENGLISH
        ]
        if by_meaning and language == ENGLISH:
            tags += self._by_meaning(parts)
        tags.sort(key=lambda tag: (tag.start, tag.end, tag.uri))
        return Tagged(tuple(tags), language, self.version)

    def _by_label(self, sentence: Sentence, found: Sequence[Found]) -> Iterable[Tag]:
        for one in found:
            yield Tag(
                uri=self._finder.uris[one.skill],
                label=self._finder.labels[one.skill],
                start=sentence.start + one.start,
                end=sentence.start + one.end,
                score=one.worth,
                method=Method.LABEL,
                asserted=one.worth >= label_finder.ASSERTED,
            )

    def _by_meaning(self, parts: Sequence[tuple[Sentence, Sequence[Found]]]) -> list[Tag]:
        # What is embedded all at once, which is faster, is remembered when the ranker asks for it.
        self._embedder.embed([sentence.text for sentence, _ in parts])
        open_ones: list[tuple[Sentence, list[Phrase], Possible]] = []
        for sentence, found in parts:
            possible = self._ranker.possible(sentence.text, SUGGESTED_MEANING * HIGHEST)
            rest = _left(sentence.text, found)
            if rest and len(possible.labels):
                open_ones.append((sentence, rest, possible))
        self._embedder.embed([phrase.text for _, rest, _ in open_ones for phrase in rest])
        return [
            tag
            for sentence, rest, possible in open_ones
            for tag in self._in_sentence(sentence, self._ranker.lift(possible, rest))
        ]

    def _in_sentence(self, sentence: Sentence, lifted: Sequence[Lifted]) -> list[Tag]:
        tags: list[Tag] = []
        for label, points, place in lifted:
            score = round(min(points / HIGHEST, 1.0), 3)
            if score < SUGGESTED_MEANING or len(tags) == SUGGESTIONS:
                break
            start, end = sentence.start + place.start, sentence.start + place.end
            if score < SUGGESTED_OF_A_WORD and len(place.text.split()) == 1:
                continue
            if any(start < tag.end and tag.start < end for tag in tags):
                continue
            tags.append(
                Tag(
                    uri=self._known.uris[label],
                    label=self._known.labels[label],
                    start=start,
                    end=end,
                    score=score,
                    method=Method.MEANING,
                    asserted=score >= ASSERTED_MEANING,
                )
            )
        return tags


def _left(sentence: str, found: Sequence[Found]) -> list[Phrase]:
    """The phrases that share nothing with a name that was found there."""
    return [
        phrase
        for phrase in phrases(sentence)
        if any(map(str.isalpha, phrase.text))
        and not any(phrase.start < one.end and one.start < phrase.end for one in found)
    ]
