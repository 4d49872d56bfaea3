"""The open jobs, in an index that follows their changes.

Jobs that changed lately are in a small index beside the large one, where they are shut, until there
are enough of them to make the large one anew.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from talent_matcher.index.facets import Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.jobs import JobIndex, Shown, Stand, shown
from talent_matcher.index.people import PeopleIndex
from talent_matcher.index.question import Question, question
from talent_matcher.index.worth import Worth
from talent_matcher.model import Assertion, Favors, HolderId, Job, JobId, Profile, SkillUri
from talent_matcher.score import Known
from talent_matcher.weights import Weights

FEW = 500  # jobs in the small index at least, before the large one is made anew


class Market:
    """What jobs and people share: skills, what assertions are worth, gates."""

    def __init__(self, weights: Weights, known: Known) -> None:
        self._weights = weights
        self._known = known
        self._skills: Interned[SkillUri] = Interned()
        self._worth = Worth(weights, known.named)
        self._facets = Facets(weights, known.distances)
        self.questions: dict[JobId, Question] = {}
        self._least: dict[JobId, int] = {}
        self._recent: set[JobId] = set()
        self._large = self._index(())
        self._small: JobIndex | None = None

    def people(self) -> PeopleIndex:
        """An index over people that these jobs can be asked of."""
        return PeopleIndex(self._skills, self._worth, self._facets)

    def weigh(self, weights: Weights) -> None:
        """From now on by these weights: put every job again."""
        self._weights = weights
        self._worth.weigh(weights)

    def name(self, named: Favors) -> None:
        """These are favored by some employer."""
        self._worth.named = named

    def put(self, job_id: JobId, job: Job | None, least: int) -> None:
        """A job, or None for one that is closed. `least`: the score that it asks for."""
        self._large.shut(job_id)
        self._small = None
        if job is None:
            self.questions.pop(job_id, None)
            self._least.pop(job_id, None)
            self._recent.discard(job_id)
            return
        self.questions[job_id] = self.question(job)
        self._least[job_id] = least
        self._recent.add(job_id)

    def question(self, job: Job) -> Question:
        """Of a job that need not be among these."""
        return question(job, self._weights, self._known, self._skills, self._worth, self._facets)

    def reached(self, profile: Profile, as_of: date) -> Mapping[JobId, int]:
        """Every job that a person reaches, with the score."""
        person = self._shown(profile, as_of)
        large, small = self._indexes()
        return {**large.reached(person, as_of), **small.reached(person, as_of)}

    def reached_by(
        self, profile: Profile, skills: Iterable[SkillUri], as_of: date
    ) -> tuple[set[JobId], Mapping[JobId, int]]:
        """The jobs to which one of these skills may count, and which of them a person reaches."""
        person = self._shown(profile, as_of)
        numbers = [self._skills.find(skill) for skill in skills]
        asking: set[JobId] = set()
        reached: dict[JobId, int] = {}
        for index in self._indexes():
            found = index.asking_for(numbers)
            asking.update(index.ids[number] for number in found.tolist())
            reached |= index.scores(found, person, as_of)
        return asking, reached

    def points(self, profile: Profile, as_of: date, least: int | None) -> dict[JobId, int]:
        """Of every job for which somebody has so many points, the score whatever its gates say.
        None: as many as the job asks for. Nothing of them is kept: they need not be among the
        people."""
        person = self._passing(profile, as_of)
        large, small = self._indexes()
        return {**large.points(person, least), **small.points(person, least)}

    def stand(self, profile: Profile, as_of: date) -> tuple[Stand, ...]:
        """Where somebody stands with the jobs, index by index. Good for as long as jobs are as they
        are; one that changes meanwhile is not found any more."""
        person = self._passing(profile, as_of)
        return tuple(index.stand(person) for index in self._indexes())

    def more(
        self, stand: tuple[Stand, ...], assertions: Iterable[Assertion], as_of: date
    ) -> dict[JobId, int]:
        """The jobs to which any of these assertions counts, too, and whose threshold is reached
        with them, with the score whatever the gates say."""
        person = self._passing(Profile(HolderId(""), (0, 0), tuple(assertions)), as_of)
        return {job_id: score for one in stand for job_id, score in one.more(person).items()}

    def _passing(self, profile: Profile, as_of: date) -> Shown:
        """Somebody without what gates depend on; a skill that no job asks for gets no number."""
        known = tuple(one for one in profile.assertions if self._skills.find(one.skill) >= 0)
        return self._shown(Profile(HolderId(""), (0, 0), known), as_of)

    def _indexes(self) -> tuple[JobIndex, JobIndex]:
        if len(self._recent) > max(FEW, len(self.questions) // 20):
            self._large = self._index(tuple(self.questions))
            self._recent.clear()
            self._small = None
        if self._small is None:
            self._small = self._index(sorted(self._recent))
        return self._large, self._small

    def _shown(self, profile: Profile, as_of: date) -> Shown:
        return shown(profile, self._skills, self._worth, self._facets, as_of)

    def _index(self, job_ids: tuple[JobId, ...] | list[JobId]) -> JobIndex:
        chosen = {job_id: self.questions[job_id] for job_id in job_ids}
        least = {job_id: self._least[job_id] for job_id in job_ids}
        return JobIndex(chosen, least, self._worth, self._facets)
