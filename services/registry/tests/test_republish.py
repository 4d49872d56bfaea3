from talent_proto.operations.v1 import operations_pb2

CATALOG = "talent.catalog.v1"


async def test_everything_is_announced_again_with_a_higher_version(registry, eventually):
    college = registry.provider()
    achievement = await college.ready()
    answer = await college.issued(achievement)
    await college.change("Suspend", answer.credential_id)

    async def tagged():
        return [one for one in await registry.events(CATALOG) if one.type == "AchievementTagged"]

    await eventually(tagged)
    operator = registry.client("operator")
    again = await operator.operations.Republish(operations_pb2.RepublishRequest())
    assert again.republished == 5

    async def announced():
        events = await registry.events("talent.credentials.v1")
        return events if len(events) == 3 else None

    events = await eventually(announced)
    assert [event.version.n for event in events] == [1, 2, 3]
    assert events[2].type == "CredentialPublished"
    assert events[2].event.credential == answer.credential
    assert events[2].event.status == 2

    async def catalog():
        found = await registry.events(CATALOG)
        return found if len(found) == 8 else None

    newest = {event.key: event.version.n for event in await eventually(catalog)}
    assert set(newest.values()) == {2}
