"""The topics as `topics.yaml` declares them, made on a cluster and checked there."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from talent_kit.kafka import NewTopic, admin_client, for_code
from talent_kit.settings import CommonSettings

DECLARATION = Path(__file__).with_name("topics.yaml")
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic. `partitioned_by_first`: by the part of the key before the first slash."""

    name: str
    owner: str
    key: str
    cleanup: str
    retention_days: int
    personal: bool
    partitions: int | None
    partitioned_by_first: bool

    def configs(self, settings: CommonSettings) -> dict[str, str]:
        """The topic's settings on the broker."""
        retention = str(self.retention_days * DAY_MS)
        configs = {
            "cleanup.policy": self.cleanup,
            "min.insync.replicas": str(settings.kafka_min_insync),
            "max.message.bytes": str(settings.max_message_bytes),
        }
        if self.cleanup == "compact":
            configs["delete.retention.ms"] = retention
        else:
            configs["retention.ms"] = retention
        if self.personal:  # erased means erased within days
            configs["segment.ms"] = str(DAY_MS)
            if self.cleanup == "compact":
                configs["max.compaction.lag.ms"] = str(DAY_MS)
        return configs

    @property
    def per_organization(self) -> bool:
        """Whether an organization outside the network reads it."""
        return self.name.endswith(".ORG")

    def partition_count(self, settings: CommonSettings) -> int:
        return self.partitions or settings.kafka_partitions


class TopicMismatch(Exception):
    """The cluster's topics are not as declared."""


@lru_cache(maxsize=1)
def load_topics() -> dict[str, Topic]:
    """The declared topics by name; per-organization ones under `NAME.ORG`."""
    declared: dict[str, Any] = yaml.safe_load(DECLARATION.read_text())["topics"]
    topics: dict[str, Topic] = {}
    for name, row in declared.items():
        topics[name] = _topic(name, row)
        if "per_organization" in row:
            inherited = {**row, **row["per_organization"]}
            topics[f"{name}.ORG"] = _topic(f"{name}.ORG", inherited)
    return topics


def find_topic(name: str) -> Topic:
    """The declaration of a topic, also of an organization's own. Raises KeyError."""
    topics = load_topics()
    if name in topics:
        return topics[name]
    for known, topic in topics.items():
        if known.endswith(".ORG") and name.startswith(known.removesuffix("ORG")):
            return topic
    raise KeyError(f"{name} is not declared in topics.yaml")


async def ensure_topics(settings: CommonSettings, names: Iterable[str] = ()) -> None:
    """Make the declared topics that are not there; `names` adds organizations' own."""
    wanted = [name for name in load_topics() if not name.endswith(".ORG")] + list(names)
    admin = admin_client(settings)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [
            NewTopic(
                settings.topic(name),
                find_topic(name).partition_count(settings),
                settings.kafka_replication,
                topic_configs=find_topic(name).configs(settings),
            )
            for name in wanted
            if settings.topic(name) not in there
        ]
        if not missing:
            return
        answer: Any = await admin.create_topics(missing)
        for row in answer.topic_errors:
            error: Any = for_code(row[1])
            if row[1] and error.__name__ != "TopicAlreadyExistsError":
                raise TopicMismatch(f"{row[0]} cannot be made: {error.__name__}")
    finally:
        await admin.close()


async def check_topics(settings: CommonSettings) -> None:
    """Raises TopicMismatch when a topic is missing or has another number of partitions.

    The number of partitions decides which key is where, so it never changes under a topic.
    """
    admin = admin_client(settings)
    await admin.start()
    try:
        wanted = {
            settings.topic(name): topic.partition_count(settings)
            for name, topic in load_topics().items()
            if not name.endswith(".ORG")
        }
        found = {
            row["topic"]: len(row["partitions"])
            for row in await admin.describe_topics(list(wanted))
            if not row["error_code"]
        }
    finally:
        await admin.close()
    for name, count in wanted.items():
        if name not in found:
            raise TopicMismatch(f"the topic {name} is missing: run migrate")
        if found[name] != count:
            raise TopicMismatch(f"{name} has {found[name]} partitions, not {count}")


def _topic(name: str, row: dict[str, Any]) -> Topic:
    return Topic(
        name=name,
        owner=row["owner"],
        key=row["key"],
        cleanup=row["cleanup"],
        retention_days=row["retention_days"],
        personal=row.get("personal", False),
        partitions=row.get("partitions"),
        partitioned_by_first="partitioned_by" in row,
    )
