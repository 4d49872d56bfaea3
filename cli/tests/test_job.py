"""`talent job write`, as an employer runs it."""

import json
import subprocess
import sys
from pathlib import Path

DRAFT = {
    "schema_version": 1,
    "title": "Line cook",
    "employer": "Ann's <Diner>",
    "summary": "Cook breakfast and lunch.",
    "duties": [{"text": "Cook eggs.", "source": {"kind": "employer"}}],
    "skills": [
        {
            "uri": "https://skills.example/cook",
            "label": "cook dishes",
            "source": {"kind": "framework-skill"},
            "required": True,
            "level": 3,
        }
    ],
    "pay": {"least": 1850, "most": 2200, "period": "hour"},
}


def write(*words: str, draft: str = json.dumps(DRAFT)) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", "job", "write", *words),
        input=draft.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_draft_is_written_to_the_output_or_into_a_file(tmp_path: Path) -> None:
    told = write("-", "--as", "guide")
    assert told.returncode == 0, told.stderr
    assert b"Show me how you would cook eggs." in told.stdout
    (tmp_path / "draft.json").write_text(json.dumps(DRAFT))
    out = tmp_path / "job.pdf"
    assert write(str(tmp_path / "draft.json"), "--as", "pdf", "-o", str(out)).stdout == b""
    assert out.read_bytes().startswith(b"%PDF-1.7")


def test_an_error_is_one_sentence_that_names_the_field(tmp_path: Path) -> None:
    wrong = write("-", draft=json.dumps({**DRAFT, "openings": 0}))
    assert wrong.returncode == 1
    assert wrong.stderr.decode() == "openings: Give a number from 1 to 10,000.\n"
    missing = write(str(tmp_path / "none.json"))
    assert missing.stderr.decode().endswith(
        "none.json cannot be read: No such file or directory.\n"
    )
    nowhere = write("-", "-o", str(tmp_path / "no" / "where"))
    assert "cannot be written" in nowhere.stderr.decode()


def test_what_shuts_people_out_is_told_beside_what_is_written() -> None:
    told = write("-", draft=json.dumps({**DRAFT, "summary": "We look for a salesman."}))
    assert told.stderr.decode().startswith(
        'Look at this again:\n- "salesman": The title names one sex.'
    )
    assert b"<!doctype html>" in told.stdout.lower()
    assert write("-").stderr == b""


def draft(*words: str, text: str = "") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", "job", "draft", *words),
        input=text.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_title_becomes_a_draft_that_can_be_written() -> None:
    made = draft("--title", "Line cook", "--state", "US-CO", "--json")
    assert made.returncode == 0, made.stderr
    written = write("-", "--as", "html", draft=made.stdout.decode())
    assert written.returncode == 0, written.stderr
    assert b"Line cook" in written.stdout


def test_a_pasted_posting_is_shown_with_what_shuts_people_out() -> None:
    made = draft("--from", "-", text="Salesman\nSell boats to visitors.\n$9 per hour")
    assert made.returncode == 0, made.stderr
    told = " ".join(made.stdout.decode().split())
    assert "Sell boats to visitors." in told
    assert "The title names one sex." in told
    assert "less than three of four people earn" in told


def test_a_draft_needs_one_thing_to_begin_with() -> None:
    made = draft("--title", "Cook", "--occupation", "35-2014.00")
    assert made.returncode == 1
    assert b"Give a --title, an --occupation, or an old posting" in made.stderr


def test_a_job_like_somebodys_asks_for_their_skills_and_nothing_is_guessed() -> None:
    uri = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
    made = draft("--title", "Welder", "--like", f"{uri}=4", "--zip", "80203", "--json")
    assert made.returncode == 0, made.stderr
    job = json.loads(made.stdout)
    assert [(one["uri"], one["level"]) for one in job["skills"] if one["required"]] == [(uri, 4)]
    assert job["conditions"]["zip3"] == "802"
    for wrong in (f"{uri}=9", f"{uri}", "=3"):
        refusal = draft("--title", "Welder", "--like", wrong)
        assert b"a level from 1 to 5" in refusal.stderr
    assert b"is empty" in draft("--from", "-", text="\n").stderr
