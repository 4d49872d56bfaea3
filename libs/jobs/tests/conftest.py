"""The taxonomy and model of set-up, opened once."""

import pytest
from talent_jobs.drafting import Drafter
from talent_jobs.occupations import OccupationFinder
from talent_skills.embedding import Embedder
from talent_skills.occupation_vectors import OccupationVectors
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy


@pytest.fixture(scope="session")
def taxonomy(stack_home):
    return Taxonomy.open(stack_home.built_skills)


@pytest.fixture(scope="session")
def embedder(stack_home):
    return Embedder(stack_home.language_model)


@pytest.fixture(scope="session")
def finder(stack_home, taxonomy, embedder):
    vectors = OccupationVectors.open(stack_home.built_skills, taxonomy)
    return OccupationFinder(taxonomy, vectors, embedder)


@pytest.fixture(scope="session")
def tagger(stack_home):
    return Tagger.open(stack_home.built_skills, stack_home.language_model)


@pytest.fixture(scope="session")
def drafter(taxonomy, finder, tagger, embedder):
    return Drafter(taxonomy, finder, tagger, embedder)
