"""An inverted index over people and one over jobs, with the exact scores of `score.fit`.

`people` finds the best people for a job among millions, `jobs` the jobs for a person; `kernels` is
their compiled inner part. Pure: no I/O, no clock.
"""
