"""What shuts people out of a job as it is, beside what a command writes: on the error output."""

import sys

from talent_jobs.description import Flag, JobDescription
from talent_jobs.flags import flags_now
from talent_local.home import Home
from talent_skills.errors import TaxonomyError
from talent_skills.taxonomy import Taxonomy


def flag_in_words(flag: Flag) -> str:
    words = f'"{flag.words}": ' if flag.words else ""
    return f"{words}{flag.why} {flag.instead}"


def tell_flags(job: JobDescription) -> None:
    try:
        taxonomy = Taxonomy.open(Home.find().skills)
    except TaxonomyError:  # a description can be written where nothing is set up
        taxonomy = None
    found = flags_now(job, taxonomy)
    if found:
        print("Look at this again:", file=sys.stderr)
    for flag in found:
        print(f"- {flag_in_words(flag)}", file=sys.stderr)
