"""Builds the taxonomy, and what tagging needs beside it, from the files that packages carry."""

import os
from contextlib import closing
from pathlib import Path

from talent_skills.embedding import Embedder
from talent_skills.esco_package import read_esco_package
from talent_skills.frameworks import together
from talent_skills.label_names import write_label_names
from talent_skills.label_vectors import EMBEDDED, LabelVectors, write_label_vectors
from talent_skills.occupation_vectors import write_occupation_vectors
from talent_skills.onet_package import read_onet_package
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import write_taxonomy
from talent_skills.wages import read_wages

from talent_local.language_model import make_integer


def build_taxonomy(sources: Path, model: Path, folder: Path) -> str:
    """Into `folder`; the taxonomy's version. `sources`: the packages' files as they are."""
    folder.mkdir(parents=True)
    contents = together(
        [
            read_esco_package(
                labels=sources / "esco-labels.csv",
                groups=sources / "esco-groups.json",
                descriptions=sources / "laiser-skills.csv",
            ),
            read_onet_package(
                occupations=sources / "onet-occupations.txt",
                tasks=sources / "laiser-tasks.csv",
                skills=sources / "laiser-skills.csv",
            ),
            read_wages(sources / "oews.sqlite"),
        ]
    )
    version = write_taxonomy(folder, contents)
    with closing(Taxonomy.open(folder)) as taxonomy:
        labels = [skill.label for skill in taxonomy.skills(*EMBEDDED)]
        tasks = [task.text for one in taxonomy.occupations() for task in one.tasks]
        make_integer(model, [*labels, *tasks])
        embedder = Embedder(model, threads=os.cpu_count() or 1)
        write_label_vectors(folder, taxonomy, embedder)
        write_occupation_vectors(folder, taxonomy, embedder)
        write_label_names(folder, taxonomy, LabelVectors.open(folder, taxonomy), embedder)
    return version
