"""What reads words: the taxonomy, its tagger and what drafts jobs.

A language model and all labels are loaded when they are first asked for, in the one thread that
uses them: a matcher that nobody asks for words needs none.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from talent_jobs.drafting import Drafter
    from talent_jobs.rewording import Rewords
    from talent_skills.tagger import Tagger
    from talent_skills.taxonomy import Taxonomy

T = TypeVar("T")


@dataclass(frozen=True)
class Words:
    taxonomy: "Taxonomy"
    tagger: "Tagger"
    drafter: "Drafter"


class Language:
    """`skills`: the taxonomy's folder; `model`: the language model's; `rewords`: what finds other
    words for drafts, if anything does."""

    def __init__(self, skills: Path, model: Path, rewords: "Rewords | None" = None) -> None:
        self._skills = skills
        self._model = model
        self._rewords = rewords
        self._thread = ThreadPoolExecutor(1, "language")
        self._taxonomy: Taxonomy | None = None
        self._words: Words | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """In the thread, one piece of work after another."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def taxonomy(self) -> "Taxonomy":
        """Without any language model. Only for work that is run here."""
        if self._taxonomy is None:
            from talent_skills.taxonomy import Taxonomy

            self._taxonomy = Taxonomy.open(self._skills)
        return self._taxonomy

    def words(self) -> Words:
        """Only for work that is run here."""
        if self._words is None:
            from talent_jobs.drafting import Drafter
            from talent_jobs.occupations import OccupationFinder
            from talent_skills.embedding import Embedder
            from talent_skills.occupation_vectors import OccupationVectors
            from talent_skills.tagger import Tagger

            taxonomy = self.taxonomy()
            embedder = Embedder(self._model)
            vectors = OccupationVectors.open(self._skills, taxonomy)
            finder = OccupationFinder(taxonomy, vectors, embedder)
            tagger = Tagger.open(self._skills, self._model)
            drafter = Drafter(taxonomy, finder, tagger, embedder, self._rewords)
            self._words = Words(taxonomy, tagger, drafter)
        return self._words

    async def take_up(self, skills: Path) -> None:
        """Another taxonomy, from the next piece of work on."""

        def drop() -> None:
            if self._taxonomy is not None:
                self._taxonomy.close()
            self._skills, self._taxonomy, self._words = skills, None, None

        await self.run(drop)

    @property
    def is_there(self) -> bool:
        """Whether this machine has a taxonomy at all."""
        return self._skills.is_dir()

    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
