"""The profile's computation: order does not matter, the same input gives the same bytes."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from talent_skills import Basis
from talent_wallet import wire
from talent_wallet.model import (
    AchievementTags,
    Check,
    Consent,
    Holder,
    IssuerType,
    Outcome,
    OwnSkill,
    Purpose,
    Record,
    RecordState,
    Skill,
    Status,
    TaggedSkill,
    Trust,
    Verdict,
)
from talent_wallet.profile import Pseudonyms, compute_profile
from talent_wallet.reading import read_claims
from talent_wallet.work import FoundSkills

from .builders import COLLEGE, as_bytes, badge

PSEUDONYMS = Pseudonyms(b"k" * 32)
ZONE = ZoneInfo("America/Denver")
HOLDER = Holder("holder-1", "did:key:z6Mk")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def record(credential_id: str, **changed: object) -> Record:
    document = as_bytes(changed.pop("document", None) or badge())
    digest = hashlib.sha256(document).hexdigest()
    outcome = changed.pop("outcome", Outcome.VALID)
    checks = changed.pop("checks", {"proof.signature": "passed"})
    verdict = Verdict(
        digest=digest,
        outcome=outcome,
        issuer_did=COLLEGE,
        issuer_org_id="college",
        issuer_name="Front Range College",
        issuer_type=IssuerType.COLLEGE,
        issuer_trust=Trust.TRUSTED,
        checks=tuple(Check(code, said) for code, said in checks.items()),
    )
    fields = {
        "holder_id": HOLDER.holder_id,
        "state": RecordState.ACCEPTED,
        "digest": digest,
        "claims": read_claims(document),
        "verdict": verdict,
        **changed,
    }
    return Record(credential_id, **fields)


def computed(
    records: list[Record],
    consent: Consent | None = None,
    holder: Holder = HOLDER,
    tags: AchievementTags | None = None,
    found: FoundSkills | None = None,
):
    by_achievement = {tags.key: tags} if tags else {}
    by_words = {found.words: found} if found else {}
    return compute_profile(holder, records, consent, PSEUDONYMS, by_achievement, by_words)


records = st.lists(
    st.builds(
        record,
        st.uuids().map(str),
        outcome=st.sampled_from(Outcome),
        state=st.sampled_from(RecordState),
        status=st.sampled_from(Status),
        checks=st.dictionaries(
            st.sampled_from(
                [
                    "proof.signature",
                    "proof.key",
                    "issuer.binding",
                    "structure.meaning",
                    "status.revocation",
                ]
            ),
            st.sampled_from(["passed", "not_applicable", "failed", "not_checked"]),
        ),
    ),
    unique_by=lambda one: one.credential_id,
    max_size=8,
)


@given(records, st.randoms())
def test_the_order_of_records_does_not_matter(found: list[Record], rng: random.Random):
    shuffled = list(found)
    rng.shuffle(shuffled)
    one, other = (
        wire.profile_message(computed(some), ZONE).SerializeToString(deterministic=True)
        for some in (found, shuffled)
    )
    assert one == other


@given(records)
def test_only_accepted_authentic_and_current_records_are_shown(found: list[Record]):
    shown = {one.credential_id for one in computed(found).assertions}
    for one in found:
        authentic = one.verdict.outcome is Outcome.VALID or (
            one.verdict.outcome is Outcome.UNDETERMINED
            and any(check.code.startswith("proof.") for check in one.verdict.checks)
            and all(
                check.outcome in {"passed", "not_applicable"}
                for check in one.verdict.checks
                if check.code != "status.revocation"
            )
        )
        current = one.status not in {Status.REVOKED, Status.SUSPENDED}
        if one.credential_id in shown:
            assert one.state is RecordState.ACCEPTED
            assert one.outcome in {Outcome.VALID, Outcome.UNDETERMINED}
        assert (one.credential_id in shown) == (
            one.state is RecordState.ACCEPTED and authentic and current
        )


def test_a_record_is_shown_without_its_status_and_not_without_its_signer_or_meaning():
    def shown(code: str) -> bool:
        checks = {"proof.signature": "passed", code: "not_checked"}
        one = record("c1", outcome=Outcome.UNDETERMINED, checks=checks)
        return bool(computed([one]).assertions)

    assert shown("status.revocation")
    for code in ("proof.key", "issuer.binding", "structure.meaning", "structure.terms"):
        assert not shown(code)


def test_a_verdict_on_other_bytes_says_nothing():
    one = record("c1", digest="that of other bytes")
    assert one.outcome is None
    assert computed([one]).assertions == ()


def test_basis_and_outcome_are_told_apart():
    attended = badge(achievement={"achievementType": "Badge"}, subject={"result": []})
    (one,) = computed([record("c1", document=attended)]).assertions
    assert (one.basis, one.outcome) == (Basis.COMPLETED, Outcome.VALID)
    (one,) = computed([record("c2", outcome=Outcome.UNDETERMINED)]).assertions
    assert (one.basis, one.outcome) == (Basis.ASSESSED, Outcome.UNDETERMINED)


def test_a_rubric_of_somebodys_own_has_a_level_as_issued_and_no_common_one():
    document = badge()
    rubric = document["credentialSubject"]["achievement"]["resultDescription"][0]
    rubric["rubricCriterionLevel"][0]["alignment"] = []
    (one,) = computed([record("c1", document=document)]).assertions
    assert one.normalized_level == 0
    assert one.proficiency.label == "Good"
    assert one.proficiency.scale_uri == "urn:uuid:rubric"


def test_how_it_was_assessed_and_where_it_was_learned_are_told():
    (one,) = computed([record("c1")]).assertions
    assert (one.assessment, one.rubric_id) == ("Practical test", "urn:uuid:rubric")
    assert one.learning_context == ""
    document = badge(achievement={"achievementType": "ApprenticeshipCertificate"})
    result = document["credentialSubject"]["result"][0]
    del result["achievedLevel"]
    result["value"] = "92"
    described = document["credentialSubject"]["achievement"]["resultDescription"][0]
    del described["rubricCriterionLevel"]
    (one,) = computed([record("c1", document=document)]).assertions
    assert (one.assessment, one.score) == ("Practical test", "92")
    assert one.rubric_id == ""  # a grade is no rubric
    assert one.learning_context == "apprenticeship"


def test_dates_are_told_apart():
    document = badge(
        validUntil="2028-05-02T00:00:00Z",
        subject={
            "activityStartDate": "2026-01-10T00:00:00Z",
            "activityEndDate": "2026-04-20T00:00:00Z",
        },
    )
    (one,) = computed([record("c1", document=document)]).assertions
    dates = (one.activity_start, one.activity_end, one.awarded, one.valid_from, one.valid_until)
    assert [date.strftime("%Y-%m-%d") for date in dates] == [
        "2026-01-10",
        "2026-04-20",
        "2026-05-01",
        "2026-05-02",
        "2028-05-02",
    ]


def test_a_validator_other_than_the_issuer_is_told_apart():
    source = {"id": "did:web:lab.example", "type": ["Profile"]}
    (one,) = computed([record("c1", document=badge(subject={"source": source}))]).assertions
    assert one.validator_did == "did:web:lab.example"
    assert one.issuer_did == COLLEGE


def test_a_consent_to_some_records_shows_only_those():
    consent = Consent(
        "k", HOLDER.holder_id, Purpose.DISCOVERY, 1, NOW, NOW + timedelta(1), records=("c2",)
    )
    shown = computed([record("c1"), record("c2")], consent)
    assert {one.credential_id for one in shown.assertions} == {"c2"}


def test_an_own_claim_has_no_document():
    holder = Holder("h", "did:key:z", own_skills=(OwnSkill("s", "urn:skill:x", "X", 4),))
    (one,) = computed([], holder=holder).assertions
    assert (one.basis, one.outcome) == (Basis.SELF_ASSERTED, Outcome.NO_DOCUMENT)
    assert one.normalized_level == 4


def test_no_id_of_a_credential_is_in_its_evidence():
    (one,) = computed([record("credential-1")]).assertions
    assert all("credential-1" not in ident for ident, _, _ in one.evidence)
    assert one.assertion_id != computed([record("credential-2")]).assertions[0].assertion_id


@given(st.binary(max_size=300))
def test_reading_never_fails(document: bytes):
    read_claims(document)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_reading_takes_any_json_for_any_part(value: object):
    for part in ("credentialSubject", "issuer", "evidence", "awardedDate"):
        read_claims(as_bytes({**badge(), part: value}))
    for part in ("alignment", "resultDescription", "criteria", "achievementType", "name"):
        read_claims(as_bytes(badge(achievement={part: value})))
    read_claims(as_bytes(badge(subject={"result": value, "source": value})))


def tagged(*uris: str, accepted_by: str = "") -> AchievementTags:
    pointer = "/credentialSubject/achievement/criteria/narrative"
    skills = [
        TaggedSkill(Skill(uri, uri), pointer, "label", 0.98, accepted_by=accepted_by)
        for uri in uris
    ]
    return AchievementTags("weld@1", tuple(skills), "2026-11-abc", 1)


def test_a_skill_in_the_words_of_an_achievement_says_how_it_was_found():
    profile = computed(
        [record("c1", achievement="weld@1")], tags=tagged("urn:forklift", accepted_by="eve")
    )
    (one,) = [one for one in profile.assertions if one.skill.uri == "urn:forklift"]
    assert one.derivation == "tagged_by_label"
    assert (one.confidence, one.accepted_by, one.taxonomy) == (0.98, "eve", "2026-11-abc")
    assert one.proficiency is None
    assert one.json_pointer.endswith("/criteria/narrative")


def test_what_an_achievement_aligns_to_is_no_tag_as_well():
    plain = computed([record("c1", achievement="weld@1")])
    (uri,) = {one.skill.uri for one in plain.assertions}
    assert computed([record("c1", achievement="weld@1")], tags=tagged(uri)) == plain


def test_tags_of_another_achievement_change_nothing():
    plain = computed([record("c1", achievement="cook@1")])
    assert computed([record("c1", achievement="cook@1")], tags=tagged("urn:forklift")) == plain
