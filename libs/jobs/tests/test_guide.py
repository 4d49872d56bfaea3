"""The interview guide and scorecard."""

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from talent_jobs.description import Duty, Evidence, JobDescription, NeededSkill, Source, SourceKind
from talent_jobs.docx_file import docx_file
from talent_jobs.guide import guide
from talent_jobs.html_page import html_page
from talent_jobs.paper import Heading, Paper, Table, shown_text
from talent_jobs.pdf_file import pdf_file
from talent_jobs.questions import anchors, past_question, share_out, work_sample

from .descriptions import description
from .hostile import descriptions
from .readers import docx_text, html_text, pdf_text, squeezed

ONET = Source(SourceKind.ONET_TASK, "1", "29.3")
EMPLOYER = Source(SourceKind.EMPLOYER)
TASKS = Path(__file__).parents[4] / "shared/data/onet/task_statements.tsv.gz"


def skill(label: str, level: int = 0, **more: object) -> NeededSkill:
    return NeededSkill("", label, EMPLOYER, required=True, level=level, **more)  # type: ignore[arg-type]


def words(paper: Paper) -> str:
    return "\n".join(shown_text(paper))


def test_all_formats_of_a_guide_say_the_same_in_the_same_order() -> None:
    paper = guide(description())
    wanted = squeezed("".join(shown_text(paper)))
    assert squeezed(html_text(html_page(paper))) == wanted
    assert squeezed(docx_text(docx_file(paper))) == wanted
    text = squeezed(pdf_text(pdf_file(paper)))
    for heads in ("QuestionScoreWhatledtothisscore", "ScoreWhatyouheardorsaw"):
        # A table that goes on on the next page says there again what its columns are.
        text = text.replace(heads, "")
        wanted = wanted.replace(heads, "")
    assert text == wanted


@given(descriptions())
@settings(max_examples=30)
def test_hostile_text_is_only_ever_text_in_a_guide(job: JobDescription) -> None:
    paper = guide(job)
    wanted = squeezed(words(paper))
    assert squeezed(html_text(html_page(paper))) == wanted
    assert squeezed(docx_text(docx_file(paper))) == wanted
    pdf_text(pdf_file(paper))


def test_each_required_skill_is_asked_for_with_a_scale_that_its_level_anchors() -> None:
    paper = guide(description())
    shown = words(paper)
    assert "Question 1: maintain financial records" in shown
    assert "Question 2: answer incoming calls" in shown
    assert "It shows level 3 of 5, Skilled: Closes a month of usual entries alone" in shown
    scales = [one for one in paper.blocks if isinstance(one, Table) and one.head[0] == "Score"]
    assert [len(one.rows) for one in scales] == [5, 5, 5]
    assert all("What the job asks for" in one.rows[2][1][0].text for one in scales[:2])


def test_every_duty_is_asked_about_once() -> None:
    shown = words(guide(description()))
    for task in (
        "Show me how you would answer telephones and give information to callers.",
        "Show me how you would check figures, postings, and documents for correct entry, "
        "mathematical accuracy, and proper codes.",
        "Show me how you would drive the van to job sites with parts.",
    ):
        assert shown.count(task) == 1
    first = words(guide(description(skills=(skill("communicate by telephone"),))))
    assert "a time when you had to answer telephones and give information" in first


def test_durable_skills_are_observed_and_never_scored() -> None:
    paper = guide(description())
    start = paper.blocks.index(Heading(2, "How the person works with others"))
    end = paper.blocks.index(Heading(2, "Licenses"))
    assert not [one for one in paper.blocks[start:end] if isinstance(one, Table)]
    assert "Look for: Tells the next person what is still open" in words(paper)
    card = next(one for one in paper.blocks if isinstance(one, Table) and one.head[0] == "Question")
    assert "work in teams" not in str(card.rows)
    assert "There is no score for “fit.”" in words(paper)


def test_a_guide_says_what_not_to_ask_before_the_first_question() -> None:
    paper = guide(description())
    titles = [one.text for one in paper.blocks if isinstance(one, Heading)]
    assert titles.index("What not to ask") < titles.index("Question 1: maintain financial records")
    assert "“The pay is $21.50 to $28.75 an hour, before taxes. Is that all right?”" in words(paper)


def test_proof_is_asked_for_as_the_job_accepts_it() -> None:
    asked = skill("weld", evidence=(Evidence.LICENSED, Evidence.EMPLOYER_ATTESTED))
    job = description(skills=(asked, skill("sew")))
    assert "Proof to ask for: a license or the word of an employer." in words(guide(job))
    assert "Proof to ask for: anything that shows it" in words(guide(job))


@pytest.mark.parametrize(
    ("text", "source", "question"),
    [
        ("Answer telephones.", ONET, "Show me how you would answer telephones."),
        ("Plan, direct, or plan.", ONET, "Show me how you would plan, direct, or plan."),
        ('"Move freight."', ONET, "Show me how you would move freight."),
        ("Pre-soak beans", ONET, "Show me how you would pre-soak beans."),
        ("Order paper, pens, etc.", ONET, "Show me how you would order paper, pens, etc."),
        ("Drive the van", EMPLOYER, "Show me how you would drive the van."),
        (
            "The van and its tools",
            EMPLOYER,
            "Show me how you would do this part of the job: “The van and its tools”",
        ),
        (
            "CNC machines.",
            ONET,
            "Show me how you would do this part of the job: “CNC machines.”",
        ),
    ],
)
def test_a_duty_becomes_a_question_where_its_grammar_allows(
    text: str, source: Source, question: str
) -> None:
    assert work_sample(Duty(text, source)) == question


def test_a_past_question_is_of_the_duty_or_else_of_the_skill() -> None:
    duty = Duty("Weld pipes.", ONET)
    assert past_question(skill("welding"), duty).startswith(
        "Tell me about a time when you had to weld pipes. What did you do"
    )
    assert "called for this skill: welding." in past_question(skill("welding"), None)


@pytest.mark.parametrize(
    ("label", "duty"),
    [
        ("keep accounts", "Check accounts for mistakes."),
        ("welding", "Weld steel pipes."),
        ("communicate by telephone", "Answer telephones and give information to callers."),
        ("use microsoft office", None),
        ("maintain machines", None),
        ("organise business documents", None),
        ("manage work", None),
    ],
)
def test_a_duty_goes_to_the_skill_that_it_plainly_needs(label: str, duty: str | None) -> None:
    texts = (
        "Operate office equipment and maintain it.",
        "Check accounts for mistakes.",
        "Weld steel pipes.",
        "Answer telephones and give information to callers.",
        "Meet with organizations.",
    )
    [chosen], left = share_out([skill(label)], [Duty(text, ONET) for text in texts])
    assert (chosen.text if chosen else None) == duty
    assert len(left) == len(texts) - (duty is not None)


def test_a_duty_serves_one_skill() -> None:
    duty = Duty("Weld steel.", ONET)
    assert share_out([skill("weld"), skill("welding")], [duty]) == ([duty, None], [])


@pytest.mark.parametrize("level", range(6))
def test_five_scores_have_five_meanings(level: int) -> None:
    assert len(set(anchors(skill("weld", level)))) == 5


@pytest.mark.skipif(not TASKS.exists(), reason="needs ../shared/data/onet")
def test_every_task_of_onet_becomes_a_question_without_being_quoted() -> None:
    with gzip.open(TASKS, "rt", encoding="utf-8") as file:
        tasks = [row["Task"] for row in csv.DictReader(file, delimiter="\t")]
    quoted = [one for one in tasks if "“" in work_sample(Duty(one, ONET))]
    assert len(tasks) > 18_000
    assert len(quoted) <= 5
