"""What can be wrong with a taxonomy or a text that is to be tagged."""


def printable(text: str) -> str:
    """What may go to a terminal: files of strangers can hold its commands."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class TaxonomyError(Exception):
    """`where`: the file, row or entry; `mend`: what to do about it."""

    def __init__(self, where: str, mend: str) -> None:
        super().__init__(printable(f"{where}: {mend}"))
        self.where = where
        self.mend = mend


class HierarchyError(TaxonomyError):
    """`skill` is above itself, or below too many others."""

    def __init__(self, skill: str, mend: str) -> None:
        super().__init__(f"skill {skill}", mend)
        self.skill = skill


class TextTooLong(Exception):
    """More text than is tagged at once."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"The text has {length:,} characters. At most {limit:,} are tagged at once: "
            "give it in parts."
        )
        self.length = length
        self.limit = limit
