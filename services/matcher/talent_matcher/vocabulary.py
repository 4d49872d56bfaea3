"""The skills that a job may ask for: those of the catalog, and all of the taxonomy."""

from pathlib import Path

from talent_proto.events.v1 import skills_pb2
from talent_skills.taxonomy import Taxonomy

from talent_matcher.network import Network


class Vocabulary:
    """Of one thread, as the taxonomy is. Without a taxonomy only the catalog's count."""

    def __init__(self, network: Network, folder: Path) -> None:
        self._network = network
        self._taxonomy = Taxonomy.open(folder) if folder.is_dir() else None

    def take_up(self, taxonomy: Taxonomy) -> None:
        if self._taxonomy is not None:
            self._taxonomy.close()
        self._taxonomy = taxonomy

    def get(self, uri: str) -> skills_pb2.SkillReference | None:
        known = self._network.skills.get(uri)
        if known is not None or self._taxonomy is None:
            return known
        skill = self._taxonomy.skill(uri)
        if skill is None:
            return None
        return skills_pb2.SkillReference(
            uri=skill.uri, label=skill.label, framework_uri=skill.framework
        )
