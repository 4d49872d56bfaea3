"""Takes up the taxonomy that was released, as soon as this machine has it."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from talent_kit.events import Record
from talent_kit.versions import Version
from talent_kit.waiting import until
from talent_skills.errors import TaxonomyError
from talent_skills.taxonomy import Taxonomy

from talent_matcher.language import Language
from talent_matcher.matching import Matching
from talent_matcher.vocabulary import Vocabulary

LOOK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class TakingUp:
    """`folder` may be a link, which an import leads to another folder. `version`: of the taxonomy
    that all the parts began with."""

    def __init__(
        self,
        folder: Path,
        version: str,
        *,
        matching: Matching,
        vocabulary: Vocabulary,
        language: Language,
    ) -> None:
        self._folder = folder
        self._version = version
        self._matching = matching
        self._vocabulary = vocabulary
        self._language = language
        self._released, self._released_at = "", Version(0, 0)

    def apply(self, records: Sequence[Record]) -> None:
        """What the catalog says of releases."""
        for record in records:
            if record.type == "TaxonomyReleased" and record.version > self._released_at:
                self._released, self._released_at = record.event.taxonomy_version, record.version

    async def run(self, stop: asyncio.Event) -> None:
        warned = ""
        while not await until(stop, LOOK_SECONDS):
            wanted = self._released
            if wanted in ("", self._version) or await self._take_up(wanted) or warned == wanted:
                continue
            logger.warning("taxonomy %s was released, and this machine does not have it", wanted)
            warned = wanted

    async def _take_up(self, wanted: str) -> bool:
        """False: it is not there, or not whole yet."""
        folder = self._folder.resolve()
        try:
            taxonomy = Taxonomy.open(folder)
        except TaxonomyError:
            return False
        if taxonomy.version != wanted:
            taxonomy.close()
            return False
        await self._matching.take_up(taxonomy)
        self._vocabulary.take_up(Taxonomy.open(folder))
        await self._language.take_up(folder)
        self._version = wanted
        logger.info("taxonomy %s is taken up", wanted)
        return True
