"""What can be wrong with a taxonomy or a text that is to be tagged."""


class TaxonomyError(Exception):
    """`where`: the file, row or entry; `mend`: what to do about it."""

    def __init__(self, where: str, mend: str) -> None:
        super().__init__(f"{where}: {mend}")
        self.where = where
        self.mend = mend
