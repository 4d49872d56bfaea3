import grpc
import pytest
from talent_kit.errors import Problem, Reason
from talent_kit.grpc_errors import problem_of
from talent_proto.operations.v1 import operations_pb2
from talent_proto.wallet.v1 import consent_pb2

from .builders import contact_requested, organization
from .conftest import Person, RunningWallet, eventually


async def invited(wallet: RunningWallet) -> tuple[Person, str]:
    ana = await wallet.person("ana")
    return ana, await invite(wallet, ana)


async def invite(wallet: RunningWallet, person: Person) -> str:
    request = contact_requested(person.holder_id)
    await wallet.send(organization("acme"), organization("other"), request)

    async def there() -> bool:
        return bool((await person.get("/invitations"))["invitations"])

    await eventually(there)
    return request.event.engagement.engagement_id


async def reveal(wallet: RunningWallet, engagement_id: str, org_id: str = "acme"):
    request = consent_pb2.RevealContactRequest(engagement_id=engagement_id)
    return await wallet.consents("employer", org_id).RevealContact(request)


async def refused(wallet: RunningWallet, engagement_id: str, org_id: str = "acme") -> str:
    return (await refusal(wallet, engagement_id, org_id)).reason.value


async def refusal(wallet: RunningWallet, engagement_id: str, org_id: str) -> Problem:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await reveal(wallet, engagement_id, org_id)
    problem = problem_of(error.value)
    assert problem is not None
    return problem


async def test_only_acceptance_reveals_to_that_employer_alone_and_is_in_the_audit_log(
    wallet: RunningWallet,
):
    ana, engagement_id = await invited(wallet)
    assert await refused(wallet, engagement_id) == "WRONG_STATE"
    answer = await ana.post(f"/invitations/{engagement_id}/accept")
    assert answer["state"] == "accepted"

    contact = await reveal(wallet, engagement_id)
    assert (contact.name, contact.email) == ("ana", "ana@example.org")
    assert await refused(wallet, engagement_id, "other") == "NOT_YOURS"
    assert await refused(wallet, "no-such") == "NOT_FOUND"

    async def disclosed() -> bool:
        return len(await wallet.audit(engagement_id)) >= 3

    await eventually(disclosed)
    entries = [one for one in await wallet.audit(engagement_id) if one.action != "AUDIT_READ"]
    assert [one.action for one in entries] == ["CONTACT_ACCEPTED", "CONTACT_REVEALED"]
    assert entries[1].actor_org_id == "acme"
    assert entries[1].subject == ana.holder_id
    assert "ana@example.org" not in str(entries)


async def test_the_answer_has_a_key_of_its_own_and_is_given_once(wallet: RunningWallet):
    ana, engagement_id = await invited(wallet)
    declined = await ana.post(f"/invitations/{engagement_id}/decline")
    assert await ana.post(f"/invitations/{engagement_id}/decline") == declined
    again = await ana.http.post(f"/invitations/{engagement_id}/accept")
    assert again.status_code == 409
    assert again.json()["reason"] == "WRONG_STATE"
    assert await refused(wallet, engagement_id) == "WRONG_STATE"
    key = f"{declined['job_id']}/{ana.holder_id}/answer"
    found = await eventually(lambda: wallet.events("talent.engagements.v1", key))
    assert [one.type for one in found] == ["ContactDeclined"]
    assert found[0].event.answer.employer_org_id == "acme"
    assert found[0].event.header.actor.id == ana.holder_id


async def test_nobody_accepts_whom_the_employer_could_not_write_to(wallet: RunningWallet):
    def ana(*, checked: bool) -> Person:
        token = wallet.issuer.token(
            subject="subject-ana", roles=["holder"], email="ana@x.org", email_verified=checked
        )
        return Person(wallet.client(token))

    unchecked, checked = ana(checked=False), ana(checked=True)
    await unchecked.sign_in()
    engagement_id = await invite(wallet, unchecked)
    answer = await unchecked.http.post(f"/invitations/{engagement_id}/accept")
    assert (answer.status_code, answer.json()["field"]) == (409, "email")
    assert "confirm your e-mail address" in answer.json()["detail"]
    (invitation,) = (await unchecked.get("/invitations"))["invitations"]
    assert invitation["state"] == "requested"

    await checked.sign_in()
    assert (await checked.post(f"/invitations/{engagement_id}/accept"))["state"] == "accepted"
    assert (await reveal(wallet, engagement_id)).email == "ana@x.org"


async def test_an_invitation_of_somebody_else_is_out_of_reach(wallet: RunningWallet):
    _, engagement_id = await invited(wallet)
    other = await wallet.person("other")
    assert (await other.get("/invitations"))["invitations"] == []
    answer = await other.http.post(f"/invitations/{engagement_id}/accept")
    assert answer.status_code == 404


async def test_a_suspended_employer_learns_nothing_more(wallet: RunningWallet):
    ana = await wallet.person("ana")
    request = contact_requested(ana.holder_id, org_id="never-vetted")
    await wallet.send(request)
    engagement_id = request.event.engagement.engagement_id

    async def accepted() -> bool:
        answer = await ana.http.post(f"/invitations/{engagement_id}/accept")
        return answer.is_success

    await eventually(accepted)
    problem = await refusal(wallet, engagement_id, "never-vetted")
    assert (problem.reason, problem.field) == (Reason.NOT_VETTED, "org_id of the token")


async def test_a_republish_announces_profiles_and_answers_again_with_higher_versions(
    wallet: RunningWallet,
):
    ana, engagement_id = await invited(wallet)
    other = await wallet.person("other")
    await ana.post("/consents", {"purpose": "discovery"})
    consent = await other.post("/consents", {"purpose": "discovery"})
    await other.post(f"/consents/{consent['consent_id']}/withdraw")
    answered = await ana.post(f"/invitations/{engagement_id}/accept")
    response = await wallet.operations().Republish(operations_pb2.RepublishRequest())
    assert response.republished == 3
    profiles = "talent.profiles.v1"
    answer = f"{answered['job_id']}/{ana.holder_id}/answer"

    async def again() -> bool:
        shown = await wallet.events(profiles, ana.holder_id)
        hidden = await wallet.events(profiles, other.holder_id)
        answers = await wallet.events("talent.engagements.v1", answer)
        return [len(shown), len(hidden), len(answers)] == [2, 3, 2]

    await eventually(again)
    before, after = await wallet.events(profiles, ana.holder_id)
    assert after.version > before.version
    assert after.event.profile == before.event.profile
    hidden = await wallet.events(profiles, other.holder_id)
    assert hidden[-1].type == "TalentProfileWithdrawn"
