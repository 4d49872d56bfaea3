import copy
import json
from datetime import UTC, datetime

import pytest
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_vc import (
    DidRecipient,
    EmailRecipient,
    Issuer,
    SigningKey,
    build_open_badge,
    sign,
)

KEY = SigningKey.from_bytes(bytes(range(32)))
ACHIEVEMENT = {
    "id": "https://college.example/welding",
    "name": "Welding",
    "description": "Welding, level 1",
    "criteria": {"narrative": "Three tests."},
}


@pytest.fixture
def credential(contexts):
    """Builds a signed credential with one changed thing."""

    def build(email: str = "", number: int = 1) -> dict:
        document = build_open_badge(
            id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            issuer=Issuer(KEY.did_key, "College"),
            recipient=EmailRecipient(email, "salt") if email else DidRecipient(KEY.did_key),
            achievement=ACHIEVEMENT,
            name="Welding",
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
        return sign(
            document,
            key=KEY,
            verification_method=KEY.did_key_method,
            created=datetime(2026, 1, 1, tzinfo=UTC),
            contexts=contexts,
        )

    return build


async def publish(client, document, request_id="r1", email=""):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    signed = pb.SignedCredential(credential=content, recipient_email=email)
    request = pb.PublishCredentialRequest(request_id=request_id, signed=signed)
    return await client.stub.PublishCredential(request)


@pytest.fixture
async def college(registry):
    """An organization with a key of its own."""
    client = registry.provider()
    await client.registered(did=KEY.did_key)
    return client


async def test_a_credential_signed_elsewhere_is_published(
    registry, college, credential, eventually
):
    document = credential(email="ana@example.org")
    answer = await publish(college, document, email="Ana@Example.org ")

    async def announced():
        return await registry.events("talent.credentials.v1")

    event = (await eventually(announced))[0].event
    assert event.credential_id == answer.credential_id
    assert event.issuer_did == KEY.did_key
    assert event.document_id == document["id"]
    assert event.achievement_id == ACHIEVEMENT["id"]
    assert len(event.recipient.email_hmac) == 64


async def test_the_same_bytes_are_one_credential(college, credential):
    document = credential()
    first = await publish(college, document, "r1")
    assert await publish(college, document, "r1") == first
    assert await publish(college, document, "r2") == first
    assert (await publish(college, credential(number=2), "r3")) != first
    item = pb.SignedCredential(credential=json.dumps(credential(number=3)).encode())
    results = await college.stream([college.item(item), college.item(item)])
    assert len({result.accepted.credential_id for result in results}) == 1
    assert [result.accepted.repeated_request for result in results] == [False, True]


async def test_issuing_with_an_own_key_says_what_to_do(college, refused):
    achievement = await college.published()
    async with refused() as refusal:
        await college.issued(achievement)
    assert refusal.reason == "WRONG_STATE"
    assert "PublishCredential" in refusal.problem.sentence()


async def test_its_status_is_not_changed_here(college, credential, refused):
    answer = await publish(college, credential())
    async with refused() as refusal:
        await college.change("Revoke", answer.credential_id)
    assert (refusal.reason, refusal.field) == ("WRONG_STATE", "credential_id")
    assert "credentialStatus" in refusal.problem.sentence()


def changed(document: dict, **fields) -> dict:
    made = copy.deepcopy(document) | fields
    return {name: value for name, value in made.items() if value is not None}


DEEP = b'{"@context":[],"type":' + b"[" * 200 + b"]" * 200 + b"}"
CASES = {
    "another issuer": (lambda d: changed(d, issuer="did:key:z6Mk"), "INVALID_FIELD", "issuer"),
    "no issuer": (lambda d: changed(d, issuer=None), "INVALID_FIELD", "issuer"),
    "no proof": (lambda d: changed(d, proof=None), "NOT_A_CREDENTIAL", "proof"),
    "no subject": (
        lambda d: changed(d, credentialSubject=None),
        "NOT_A_CREDENTIAL",
        "credentialSubject",
    ),
    "no type": (lambda d: changed(d, type=None), "NOT_A_CREDENTIAL", "type"),
    "a presentation": (
        lambda d: changed(d, type=["VerifiablePresentation"]),
        "NOT_A_CREDENTIAL",
        "type",
    ),
    "an unknown context": (
        lambda d: changed(d, **{"@context": [*d["@context"], "https://x.example/v1"]}),
        "UNKNOWN_CONTEXT",
        "@context",
    ),
    "an unknown context within": (
        lambda d: changed(d, evidence={"@context": "https://x.example/v1"}),
        "UNKNOWN_CONTEXT",
        "@context",
    ),
    "JSON that is no object": (lambda d: b"[1]", "NOT_A_CREDENTIAL", "credential"),
    "malformed JSON": (lambda d: b'{"a":', "NOT_A_CREDENTIAL", "credential"),
    "no UTF-8": (lambda d: b'{"a":"\xff"}', "NOT_A_CREDENTIAL", "credential"),
    "NaN": (lambda d: b'{"a":NaN}', "NOT_A_CREDENTIAL", "credential"),
    "nothing": (lambda d: b"", "MISSING_FIELD", "credential"),
    "a JWT": (lambda d: b"eyJhbGciOiJFZERTQSJ9.e30.c2ln", "NOT_A_CREDENTIAL", "credential"),
    "5 MB": (lambda d: b'{"a":"' + b"x" * 5_000_000 + b'"}', "TOO_LARGE", "credential"),
    "200 levels": (lambda d: DEEP, "TOO_DEEP", "credential"),
}


@pytest.mark.parametrize("case", CASES)
async def test_bad_input_is_refused_and_changes_nothing(college, credential, refused, case):
    change, reason, field = CASES[case]
    async with refused() as refusal:
        await publish(college, change(credential()))
    assert refusal.reason == reason
    assert refusal.field.endswith(field)
    assert not (await college.stub.ListCredentials(pb.ListCredentialsRequest())).credential


async def test_an_address_that_the_credential_does_not_name_is_refused(
    college, credential, refused
):
    async with refused() as refusal:
        await publish(college, credential("ana@example.org"), email="bo@example.org")
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "signed.recipient_email")


async def test_an_address_for_a_credential_that_names_a_did_is_refused(
    college, credential, refused
):
    async with refused() as refusal:
        await publish(college, credential(), email="bo@example.org")
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "signed.recipient_email")


async def test_the_same_bytes_go_to_one_address_only(college, credential, refused):
    document = credential()
    # Nobody is named in what was signed, so only the provider says whose it is.
    del document["credentialSubject"]["id"]
    first = await publish(college, document, "r1", email="ana@example.org")
    assert await publish(college, document, "r2", email="Ana@Example.org") == first
    for _ in range(2):
        async with refused() as refusal:
            await publish(college, document, "r3", email="bo@example.org")
        assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "signed.recipient_email")
    del document["credentialSubject"]["achievement"]["description"]
    content = json.dumps(document).encode()
    items = [
        college.item(pb.SignedCredential(credential=content, recipient_email=email))
        for email in ("ana@example.org", "bo@example.org", "")
    ]
    results = await college.stream(items)
    assert [result.rejected.field for result in results] == ["", "signed.recipient_email", ""]
