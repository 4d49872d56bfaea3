"""How far the consumer groups of a network are."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def behind(bootstrap: str) -> dict[str, int]:
    """Records that a group has not finished, by "group topic/partition"; empty when all is done."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await reader.start()
    try:
        await reader.topics()  # so that it knows their partitions
        waiting: dict[str, int] = {}
        for group, _ in await admin.list_consumer_groups():
            done = await admin.list_consumer_group_offsets(group)
            parts = [
                TopicPartition(topic, partition)
                for topic in {part.topic for part in done}
                for partition in reader.partitions_for_topic(topic) or ()
            ]
            for part, end in (await reader.end_offsets(parts)).items():
                left = end - (done[part].offset if part in done else 0)
                if left:
                    waiting[f"{group} {part.topic}/{part.partition}"] = left
        return waiting
    finally:
        await reader.stop()
        await admin.close()


async def caught_up(bootstrap: str) -> bool:
    return not await behind(bootstrap)
