"""Where one machine's network keeps everything it writes: one folder, `.talent` or TALENT_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path


class NotSetUp(Exception):
    """Something that set-up builds is missing; the sentence says what to do."""


@dataclass(frozen=True)
class Home:
    """The folder and the rooms in it. A room is made when it is first asked for."""

    root: Path

    @classmethod
    def find(cls) -> "Home":
        """The folder named by TALENT_HOME, else `.talent` where the command runs."""
        return cls(Path(os.environ.get("TALENT_HOME", ".talent")).absolute())

    @property
    def contexts(self) -> Path:
        """The built JSON-LD contexts. Raises NotSetUp where there are none."""
        built = self.root / "data" / "contexts"
        if not built.is_dir():
            raise NotSetUp(
                f"The JSON-LD contexts are not in {built.parent}. Run make setup, "
                "or set TALENT_HOME to the .talent folder where it was run."
            )
        return built

    @property
    def skills(self) -> Path:
        """The taxonomy in use and what tagging needs beside it: the imported one where there is
        one. Ask once and keep the answer: an import may come between two questions."""
        current = self.current_skills
        if current.is_file():  # as earlier versions wrote it: a name
            return self.imported / current.read_text()
        return current.resolve() if current.is_dir() else self.built_skills

    @property
    def built_skills(self) -> Path:
        """The taxonomy that set-up builds from packages."""
        return self.root / "data" / "skills"

    @property
    def imported(self) -> Path:
        """Imported taxonomies, a folder for each version. Set-up never writes here."""
        return self.root / "imported"

    @property
    def current_skills(self) -> Path:
        """A link to the taxonomy in use, for services that run while another is imported."""
        return self.imported / "current"

    def link_skills(self) -> None:
        """Make the link where there is none yet."""
        if not self.current_skills.is_symlink():
            self.use_skills(self.skills)

    def use_skills(self, folder: Path) -> None:
        """Lead the link to a taxonomy: whoever follows it gets the one before or this one."""
        self.imported.mkdir(parents=True, exist_ok=True)
        fresh = self.imported / "current.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.path.relpath(folder, self.imported))
        fresh.replace(self.current_skills)

    @property
    def language_model(self) -> Path:
        return self.root / "data" / "models" / "minilm"

    def _room(self, name: str) -> Path:
        room = self.root / name
        room.mkdir(parents=True, exist_ok=True)
        return room

    @property
    def cache(self) -> Path:
        """What can be fetched again: jars and packages."""
        return self._room("cache")

    @property
    def data(self) -> Path:
        """Artifacts built from packages: contexts, page assets, taxonomy, language model."""
        return self._room("data")

    @property
    def kafka(self) -> Path:
        return self._room("kafka")

    @property
    def database(self) -> Path:
        return self._room("database")

    @property
    def snapshots(self) -> Path:
        """The matcher's, with personal data: it makes the folder, for itself alone."""
        return self.root / "snapshots"

    @property
    def logs(self) -> Path:
        return self._room("logs")

    @property
    def run(self) -> Path:
        """Who runs: process files of the stack that is up."""
        return self._room("run")

    @property
    def secrets(self) -> Path:
        room = self._room("secrets")
        room.chmod(0o700)
        return room
