"""What is missing, and which program teaches it."""

from hypothesis import given
from hypothesis import strategies as st
from talent_matcher.explain import explain
from talent_matcher.programs import Programs
from talent_proto.events.v1 import catalog_pb2, jobs_pb2, matches_pb2, tagging_pb2

from .builders import BLUEPRINTS, skill_message

SKILLS = [f"urn:skill:{n}" for n in range(4)]


def achievement(number: int, *uris: str, version: str = "1") -> catalog_pb2.Achievement:
    return catalog_pb2.Achievement(
        id=f"urn:program:{number}",
        version=version,
        name=f"Program {number}",
        alignment=[catalog_pb2.Alignment(target_url=uri) for uri in uris],
    )


def tagged(number: int, state: int, *uris: str) -> tagging_pb2.AchievementTagged:
    return tagging_pb2.AchievementTagged(
        achievement_id=f"urn:program:{number}",
        tag=[tagging_pb2.SkillTag(skill={"uri": uri}, state=state) for uri in uris],
    )


def names(programs: Programs, uri: str) -> list[str]:
    return [one.name for one in programs.teaching(uri)]


def test_a_program_teaches_what_it_aligns_to_and_what_its_words_name():
    programs = Programs()
    programs.published(achievement(1, SKILLS[0]), "school")
    programs.tagged(tagged(1, tagging_pb2.SKILL_TAG_STATE_ASSERTED, SKILLS[1]))
    programs.tagged(tagged(2, tagging_pb2.SKILL_TAG_STATE_SUGGESTED, SKILLS[1]))
    assert names(programs, SKILLS[0]) == names(programs, SKILLS[1]) == ["Program 1"]
    assert names(programs, SKILLS[2]) == []


def test_a_rejected_skill_is_taught_no_more():
    programs = Programs()
    programs.published(achievement(1), "school")
    programs.tagged(tagged(1, tagging_pb2.SKILL_TAG_STATE_ASSERTED, SKILLS[1]))
    programs.tagged(tagged(1, tagging_pb2.SKILL_TAG_STATE_REJECTED, SKILLS[1]))
    assert names(programs, SKILLS[1]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.sets(st.sampled_from(SKILLS))), max_size=12
    )
)
def test_only_the_last_word_on_a_program_counts(events):
    programs, aligned, words = Programs(), {}, {}
    for number, by_words, uris in events:
        if by_words:
            programs.tagged(tagged(number, tagging_pb2.SKILL_TAG_STATE_ACCEPTED, *uris))
            words[number] = uris
        else:
            programs.published(achievement(number, *uris), "school")
            aligned[number] = uris
    for uri in SKILLS:
        assert names(programs, uri) == [
            f"Program {n}" for n in sorted(aligned) if uri in aligned[n] | words.get(n, set())
        ]


def test_a_missing_skill_says_who_teaches_it():
    missing = matches_pb2.Missing(
        skill=skill_message(BLUEPRINTS), importance=jobs_pb2.IMPORTANCE_REQUIRED
    )
    said = explain(
        matches_pb2.Match(missing=[missing]), lambda uri: ["Drafting I at Front Range College"]
    )
    assert said == [
        "Does not show Blueprint reading, which you asked for. "
        "Taught in Drafting I at Front Range College."
    ]
