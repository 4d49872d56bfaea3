"""The compiled inner loops. They know rows, codes and tables; what those mean is said elsewhere.

Compiled once, at set-up, and kept beside the code; no start compiles. All release the GIL, so that
threads run side by side with scratch space of their own.
"""

# A loop over a million entries is written out: what is short in Python is slow here.
# pyright: basic
# ruff: noqa: PLR0912

import numpy as np
from numba import njit

BLOCK = 65_536  # rows of one block: a row is two bytes
CHUNK = 64  # rows between two looks at the least score
MILLION = 1_000_000


@njit(cache=True, nogil=True)
def find(keys, begin, end, wanted):
    """Where `wanted` stands in the sorted keys[begin:end], or -1."""
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < end and keys[low] == wanted else -1


@njit(cache=True, nogil=True)
def worse(score, tie, other_score, other_tie):
    """Whether the first comes after the second."""
    return score < other_score or (score == other_score and tie > other_tie)


@njit(cache=True, nogil=True)
def push(scores, ties, rows, size, score, tie, row):
    """Put one into a heap whose root is the worst; a full heap drops it. The new size."""
    capacity = len(scores)
    if size < capacity:
        at = size
        size += 1
        while at > 0:
            above = (at - 1) // 2
            if not worse(score, tie, scores[above], ties[above]):
                break
            scores[at], ties[at], rows[at] = scores[above], ties[above], rows[above]
            at = above
    else:
        at = 0
        while True:
            below = 2 * at + 1
            if below >= size:
                break
            right = below + 1
            if right < size and worse(scores[right], ties[right], scores[below], ties[below]):
                below = right
            if not worse(scores[below], ties[below], score, tie):
                break
            scores[at], ties[at], rows[at] = scores[below], ties[below], rows[below]
            at = below
    scores[at], ties[at], rows[at] = score, tie, row
    return size


@njit(cache=True, nogil=True)
def best_people(
    block_skills,  # where the skills of each block begin in `skills`, and one end
    skills,  # of each block, sorted
    entries,  # where the entries of each of `skills` begin, and one end
    rows,  # of each entry, within its block, sorted within a skill
    codes,
    alive,  # of each person
    ties,
    values,  # of each person, what each kind of gate depends on
    list_skill,  # for each list: a skill that counts for a requirement,
    list_table,  # the table of what it is worth,
    list_end,  # and for each requirement where its lists end
    gated,  # for each requirement, whether nobody may lack it
    points,
    opens,
    open_values,  # for each kind of gate and value, whether it is open
    value_start,  # where the values of each kind begin
    least,  # the score from which one counts
    found_scores,
    found_ties,
    found_rows,
    size,
    total,  # scratch, all zero: points of each row of a block
    best,
    passed,
    opened,
    first_row,
):
    """The best people of a segment go into the heap; its new size. Scratch is left zero."""
    gates = 0
    for requirement in range(len(gated)):
        gates += gated[requirement]
    kinds = values.shape[0]
    people = len(alive)
    for block in range(len(block_skills) - 1):
        start = block * BLOCK
        count = min(BLOCK, people - start)
        touched = False
        begin_list = 0
        for requirement in range(len(list_end)):
            end_list = list_end[requirement]
            if end_list - begin_list == 1 and not gated[requirement]:
                at = find(
                    skills, block_skills[block], block_skills[block + 1], list_skill[begin_list]
                )
                if at >= 0:
                    touched = True
                    worths = points[list_table[begin_list]]
                    entry, end = entries[at], entries[at + 1]
                    while entry < end:
                        row = rows[entry]
                        most = worths[codes[entry]]
                        entry += 1
                        while entry < end and rows[entry] == row:
                            most = max(most, worths[codes[entry]])
                            entry += 1
                        total[row] += most
            else:
                for one in range(begin_list, end_list):
                    at = find(skills, block_skills[block], block_skills[block + 1], list_skill[one])
                    if at < 0:
                        continue
                    touched = True
                    worths, opening = points[list_table[one]], opens[list_table[one]]
                    for entry in range(entries[at], entries[at + 1]):
                        row, code = rows[entry], codes[entry]
                        best[row] = max(best[row], worths[code])
                        if opening[code]:
                            opened[row] = 1
                for one in range(begin_list, end_list):
                    at = find(skills, block_skills[block], block_skills[block + 1], list_skill[one])
                    if at < 0:
                        continue
                    for entry in range(entries[at], entries[at + 1]):
                        row = rows[entry]
                        total[row] += best[row]
                        best[row] = 0
                        passed[row] += gated[requirement] and opened[row]
                        opened[row] = 0
            begin_list = end_list
        if not touched:
            continue
        full = size == len(found_scores)
        bound = max(least, found_scores[0] if full else 0) * MILLION
        for chunk in range(0, count, CHUNK):
            stop = min(chunk + CHUNK, count)
            most = np.int32(0)
            for row in range(chunk, stop):
                most = max(most, total[row])
            if most >= bound and most > 0:
                for row in range(chunk, stop):
                    if total[row] < bound or total[row] == 0 or passed[row] < gates:
                        continue
                    person = start + row
                    score = total[row] // MILLION
                    if (
                        score < least
                        or not alive[person]
                        or (
                            size == len(found_scores)
                            and not worse(found_scores[0], found_ties[0], score, ties[person])
                        )
                    ):
                        continue
                    is_open = True
                    for kind in range(kinds):
                        if not open_values[value_start[kind] + values[kind, person]]:
                            is_open = False
                            break
                    if is_open:
                        size = push(
                            *(found_scores, found_ties, found_rows, size),
                            *(score, ties[person], first_row + person),
                        )
                        if size == len(found_scores):
                            bound = max(least, found_scores[0]) * MILLION
            for row in range(chunk, stop):
                total[row] = 0
            if gates:
                for row in range(chunk, stop):
                    passed[row] = 0
    return size


@njit(cache=True, nogil=True)
def jobs_for(
    skills,  # of all jobs, sorted
    entries,  # where the postings of each begin, and one end
    requirements,  # of each posting: the requirement, over all jobs,
    tables,  # and its table
    job_of,  # of each requirement
    gated,  # of each requirement
    gates,  # of each job, how many requirements nobody may lack
    own_skills,  # of the person, for each assertion
    own_codes,
    points,
    opens,
    best,  # scratch of each requirement, all zero, as are the next three
    opened,
    total,
    passed,
    met,  # scratch: requirements that something counts for
    there,  # out: jobs with any points, and how many
):
    """The points of every job that asks for something that the person has, in `total`."""
    count_met = 0
    for own in range(len(own_skills)):
        at = find(skills, 0, len(skills), own_skills[own])
        if at < 0:
            continue
        code = own_codes[own]
        for entry in range(entries[at], entries[at + 1]):
            requirement = requirements[entry]
            worth = points[tables[entry], code]
            if worth == 0:
                continue
            if best[requirement] == 0:
                met[count_met] = requirement
                count_met += 1
            best[requirement] = max(best[requirement], worth)
            if opens[tables[entry], code]:
                opened[requirement] = 1
    count = 0
    for one in range(count_met):
        requirement = met[one]
        job = job_of[requirement]
        if total[job] == 0:
            there[count] = job
            count += 1
        total[job] += best[requirement]
        passed[job] += gated[requirement] and opened[requirement]
        best[requirement] = 0
        opened[requirement] = 0
    for one in range(count):
        job = there[one]
        if passed[job] < gates[job]:
            total[job] = 0
        passed[job] = 0
    return count


@njit(cache=True, nogil=True)
def reaching(there, count, total, least, values, open_values, value_start, out_jobs, out_scores):
    """Of the jobs in `there`, those whose threshold is reached and whose gates are open; their
    number. `total` is left zero."""
    found = 0
    kinds = values.shape[0]
    for one in range(count):
        job = there[one]
        score = total[job] // MILLION
        total[job] = 0
        if score == 0 or score < least[job]:
            continue
        is_open = True
        for kind in range(kinds):
            if not open_values[value_start[kind] + values[kind, job]]:
                is_open = False
                break
        if is_open:
            out_jobs[found] = job
            out_scores[found] = score
            found += 1
    return found


@njit(cache=True, nogil=True)
def score_of(
    job,
    first_requirement,  # of each job, and one end
    first_list,  # of each requirement, and one end
    list_skill,
    list_table,
    gated,
    own_skills,  # sorted
    own_codes,
    points,
    opens,
):
    """The score of one job for one person without the gates that need no skill; -1 where one that
    nobody may lack is closed."""
    total = np.int64(0)
    for requirement in range(first_requirement[job], first_requirement[job + 1]):
        best, opened = np.int32(0), False
        for one in range(first_list[requirement], first_list[requirement + 1]):
            at = find(own_skills, 0, len(own_skills), list_skill[one])
            while 0 <= at < len(own_skills) and own_skills[at] == list_skill[one]:
                best = max(best, points[list_table[one], own_codes[at]])
                opened = opened or opens[list_table[one], own_codes[at]] != 0
                at += 1
        if gated[requirement] and not opened:
            return np.int64(-1)
        total += best
    return total // MILLION
