"""What reads words is there only while there are some."""

import multiprocessing

import pytest
from talent_kit.errors import Problem
from talent_kit.failures import passes_by_itself
from talent_kit.workers import Workers
from talent_proto.registry.v1 import text_tags_pb2 as pb
from talent_registry import tagging_worker

from .conftest import Running

TEXT = "Loaded trucks and had to operate a forklift every day."


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"worker_idle_seconds": 0.1})


async def test_it_ends_with_the_work_and_comes_back_with_it(registry: Running, eventually):
    service = registry.client("service")
    found = await service.texts.TagText(pb.TagTextRequest(text=TEXT))
    assert found.tag

    async def ended():
        return not multiprocessing.active_children()

    await eventually(ended)
    assert await service.texts.TagText(pb.TagTextRequest(text=TEXT)) == found


async def test_tags_are_kept_under_the_version_that_found_them_or_wait(settings):
    # The folder has had another taxonomy since the registry started.
    arguments = (settings.skills_dir, settings.model_dir, "an earlier one")
    workers = Workers(
        count=1,
        idle_seconds=60,
        deadline_seconds=60,
        start=tagging_worker.start,
        start_arguments=arguments,
    )
    with pytest.raises(Problem) as refused:
        await workers.run(tagging_worker.of_text, TEXT)
    assert passes_by_itself(refused.value)
    await workers.close()
