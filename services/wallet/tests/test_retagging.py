"""Skills in the words of an achievement reach the profiles of those who hold it."""

from talent_kit.ids import uuid7

from .builders import achievement_tagged, published, verified
from .conftest import Person, RunningWallet, eventually

WELD = "https://college.example/achievements/weld-1"


async def welder(wallet: RunningWallet, name: str) -> Person:
    """Somebody with an accepted credential, who may be found."""
    ana = await wallet.person(name)
    credential_id = uuid7()
    await wallet.send(
        published(credential_id, did=ana.me["did"], achievement_id=WELD, achievement_version="1"),
        verified(credential_id),
    )
    await eventually(lambda: ana.record(credential_id))
    await ana.post(f"/records/{credential_id}/accept")
    await ana.post("/consents", {"purpose": "discovery"})
    return ana


async def shows(wallet: RunningWallet, person: Person, *uris: str, taxonomy: str):
    """Wait until the profile has just these tagged skills."""

    async def look():
        profile = await wallet.profile(person.holder_id)
        tagged = [one for one in (profile.assertion if profile else ()) if one.taxonomy_version]
        return {(one.skill.uri, one.taxonomy_version) for one in tagged} == {
            (uri, taxonomy) for uri in uris
        }

    await eventually(look)


async def test_tags_reach_profiles_whether_they_come_first_or_last(wallet: RunningWallet):
    ana = await welder(wallet, "ana")
    await wallet.send(achievement_tagged(f"{WELD}@1", "urn:forklift"))
    await shows(wallet, ana, "urn:forklift", taxonomy="taxonomy-1")
    ben = await welder(wallet, "ben")
    await shows(wallet, ben, "urn:forklift", taxonomy="taxonomy-1")


async def test_a_new_taxonomy_takes_the_place_of_the_old_one_in_every_profile(
    wallet: RunningWallet,
):
    people = [await welder(wallet, name) for name in ("ana", "ben", "cleo")]
    await wallet.send(achievement_tagged(f"{WELD}@1", "urn:forklift", "urn:crane"))
    for person in people:
        await shows(wallet, person, "urn:forklift", "urn:crane", taxonomy="taxonomy-1")
    await wallet.send(achievement_tagged(f"{WELD}@1", "urn:crane", n=2))
    for person in people:
        await shows(wallet, person, "urn:crane", taxonomy="taxonomy-2")


async def test_a_late_repeat_of_older_tags_changes_nothing(wallet: RunningWallet):
    ana = await welder(wallet, "ana")
    await wallet.send(achievement_tagged(f"{WELD}@1", "urn:crane", n=2))
    await shows(wallet, ana, "urn:crane", taxonomy="taxonomy-2")
    before = len(await wallet.events("talent.profiles.v1", ana.holder_id))
    await wallet.send(achievement_tagged(f"{WELD}@1", "urn:forklift", n=1))
    ben = await welder(wallet, "ben")  # by then it has been read
    await shows(wallet, ben, "urn:crane", taxonomy="taxonomy-2")
    assert len(await wallet.events("talent.profiles.v1", ana.holder_id)) == before
