"""The compiled inner loops. They know rows, codes and tables; what those mean is said elsewhere.

Compiled once, at set-up, and kept beside the code; no start compiles. All release the GIL, so that
threads run side by side with scratch space of their own.
"""

# A loop over a million entries is written out: what is short in Python is slow here.
# pyright: basic

import numpy as np
from numba import njit

BLOCK = 65_536  # rows of one block: a row is two bytes
CHUNK = 256  # rows between two looks at the least score
FEW = 16  # of them
MILLION = 1_000_000
MOST = (1 << 31) - 1  # more points than anybody has
OPENED = 1 << 30  # in a number of points, which are fewer: and its gate is open


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
def note_best(rows, codes, begin, end, worths, best, before, total):
    """Of each row the best that anything noted since gives a requirement, and the total before."""
    for entry in range(begin, end):
        row = rows[entry]
        best[row] = max(best[row], worths[codes[entry]])
        before[row] = total[row]


@njit(cache=True, nogil=True)
def add_list(rows, codes, begin, end, worths, total):
    """Add the points that a skill gives a requirement."""
    for entry in range(begin, end):
        total[rows[entry]] += worths[codes[entry]]


@njit(cache=True, nogil=True)
def lift(rows, begin, end, best, before, total):
    """Where what `note_best` noted is more than what was added since, that counts instead; it is
    forgotten then."""
    for entry in range(begin, end):
        row = rows[entry]
        total[row] = max(total[row], before[row] + best[row])
        best[row] = 0


@njit(cache=True, nogil=True)
def note_passed(rows, codes, begin, end, opening, gate, passed):
    """Of each row that passed all gates before this one, whether it passes this one too."""
    for entry in range(begin, end):
        row = rows[entry]
        passed[row] += (passed[row] == gate) & opening[codes[entry]]


@njit(cache=True, nogil=True)
def add_requirement(
    first_list,  # of the requirement, and one end
    last_list,
    places,  # of each list, where its skill stands; -1 where nobody shows it
    list_table,
    entries,
    rows,
    codes,
    more,
    more_rows,
    more_codes,
    points,
    best,
    before,
    total,
):
    """Add the points that a requirement gives: the longest list at once, then the few who are in
    another as well, or in one more than once. Of them the best counts."""
    longest, length = -1, 0
    for one in range(first_list, last_list):
        at = places[one]
        if at >= 0 and entries[at + 1] - entries[at] > length:
            longest, length = one, entries[at + 1] - entries[at]
    if longest < 0:
        return
    for one in range(first_list, last_list):
        at, worths = places[one], points[list_table[one]]
        if at >= 0:
            begin, end = more[at], more[at + 1]
            note_best(more_rows, more_codes, begin, end, worths, best, before, total)
        if at >= 0 and one != longest:
            note_best(rows, codes, entries[at], entries[at + 1], worths, best, before, total)
    at = places[longest]
    add_list(rows, codes, entries[at], entries[at + 1], points[list_table[longest]], total)
    for one in range(first_list, last_list):
        at = places[one]
        if at >= 0:
            lift(more_rows, more[at], more[at + 1], best, before, total)
        if at >= 0 and one != longest:
            lift(rows, entries[at], entries[at + 1], best, before, total)


@njit(cache=True, nogil=True)
def pass_gate(
    first_list,
    last_list,
    places,
    list_table,
    entries,
    rows,
    codes,
    more,
    more_rows,
    more_codes,
    opens,
    gate,  # its number among those of the job
    passed,
):
    """Note who has what opens a requirement that nobody may lack."""
    for one in range(first_list, last_list):
        at, opening = places[one], opens[list_table[one]]
        if at >= 0 and opening.any():  # a wider skill opens nothing
            note_passed(rows, codes, entries[at], entries[at + 1], opening, gate, passed)
            note_passed(more_rows, more_codes, more[at], more[at + 1], opening, gate, passed)


@njit(cache=True, nogil=True)
def choose(  # noqa: PLR0912 - in parts that call each other it takes half as long again
    first,  # the person in row 0 of this block
    count,  # rows in it
    gates,  # how many requirements nobody may lack
    alive,
    ties,
    values,
    open_values,
    value_start,
    kinds,
    least,
    scores,
    heap_ties,
    people,
    size,
    total,
    passed,
    first_row,
):
    """Put those of a block who reach the least score, and whose gates are open, into the heap;
    its new size. `total` and `passed` are left zero."""
    bound = max(least, scores[0] if size == len(scores) else 0, 1) * MILLION
    for chunk in range(0, count, CHUNK):
        stop = min(chunk + CHUNK, count)
        # Over a part of its own, so that the compiler sees that no index is below zero.
        part = total[chunk:stop]
        most = np.int32(0)
        for row in range(len(part)):
            most = max(most, part[row])
        left = reach(part, bound) if most >= bound else 0
        if left and gates:
            part_passed = passed[chunk:stop]
            for row in range(len(part)):
                part[row] *= part_passed[row] == gates
            left = reach(part, bound)
        # As long as many reach the bound, those for whom a gate is closed lose their points all at
        # once in a plain loop; of few each is looked at by itself.
        for kind in kinds:
            if left <= FEW:
                break
            start, its_values = value_start[kind], values[kind, first + chunk : first + stop]
            for row in range(len(part)):
                part[row] *= open_values[start + its_values[row]]
            left = reach(part, bound)
        if left:
            for row in range(chunk, stop):
                if total[row] < bound:
                    continue
                person, score = first + row, total[row] // MILLION
                # Gates first: to most some are closed, and no more of them need be looked at.
                if not (is_open(person, values, open_values, value_start, kinds) and alive[person]):
                    continue
                full = size == len(scores)
                if full and not worse(scores[0], heap_ties[0], score, ties[person]):
                    continue
                size = push(
                    *(scores, heap_ties, people, size),
                    *(score, ties[person], first_row + person),
                )
                if size == len(scores):
                    bound = max(least, scores[0], 1) * MILLION
        part[:] = 0
        if gates:
            passed[chunk:stop] = 0
    return size


@njit(cache=True, nogil=True)
def reach(part, bound):
    """How many reach a bound."""
    found = np.int32(0)
    least = np.int32(min(bound, MOST))
    for row in range(len(part)):
        found += np.int32(part[row] >= least)
    return found


@njit(cache=True, nogil=True)
def is_open(one, values, open_values, value_start, kinds):
    """Whether every gate that depends on its values is open."""
    for kind in kinds:  # noqa: SIM110 - compiled
        if not open_values[value_start[kind] + values[kind, one]]:
            return False
    return True


@njit(cache=True, nogil=True)
def best_people(
    block_skills,  # where the skills of each block begin in `skills`, and one end
    skills,  # of each block, sorted
    entries,  # where the entries of each of `skills` begin, and one end
    rows,  # of each entry, within its block, sorted within a skill
    codes,
    more,  # the same for those who show a skill more than once, with all their entries
    more_rows,
    more_codes,
    alive,  # of each person
    ties,
    values,  # of each kind of gate and person
    list_skill,  # for each list: a skill that counts for a requirement,
    list_table,  # the table of what it is worth,
    list_end,  # and for each requirement where its lists end
    gated,  # for each requirement, whether nobody may lack it
    points,
    opens,
    open_values,  # for each kind of gate and value, whether it is open
    value_start,  # where the values of each kind begin
    kinds,  # of gates that are closed to somebody, those closed to most first
    least,  # the score from which one counts
    scores,  # the heap
    heap_ties,
    people,
    size,
    total,  # scratch, all zero: of each row of a block its points,
    best,  # the best for a requirement,
    before,  # the points without that requirement,
    passed,  # and how many gates of skills are open
    first_row,
):
    """The best people of a segment go into the heap; its new size. Scratch is left zero."""
    places = np.empty(len(list_skill), np.int64)
    for block in range(len(block_skills) - 1):
        touched = False
        for one in range(len(list_skill)):
            begin, end = block_skills[block], block_skills[block + 1]
            places[one] = find(skills, begin, end, list_skill[one])
            touched = touched or places[one] >= 0
        if not touched:
            continue
        first_list = gates = 0
        for requirement in range(len(list_end)):
            last_list = list_end[requirement]
            add_requirement(
                *(first_list, last_list, places, list_table, entries, rows, codes),
                *(more, more_rows, more_codes, points, best, before, total),
            )
            if gated[requirement]:
                pass_gate(
                    *(first_list, last_list, places, list_table, entries, rows, codes),
                    *(more, more_rows, more_codes, opens, gates, passed),
                )
                gates += 1
            first_list = last_list
        size = choose(
            *(block * BLOCK, min(BLOCK, len(alive) - block * BLOCK), gates),
            *(alive, ties, values, open_values, value_start, kinds),
            *(least, scores, heap_ties, people, size, total, passed, first_row),
        )
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
    own_skills,  # of the person, for each assertion,
    own_names,  # by which names an employer may favor it
    own_read,  # and what is read by whom: nobody who favors it, the first name, the second, both
    posting_favors,  # of each posting: what the employer favors, 0 is nothing
    favored,  # of each of these and each name, whether it is
    points,
    opens,
    best,  # scratch of each requirement, all zero, as are the next two
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
        first, second = own_names[own, 0], own_names[own, 1]
        for entry in range(entries[at], entries[at + 1]):
            requirement = requirements[entry]
            code, favors = own_read[own, 0], posting_favors[entry]
            if favors:
                code = own_read[own, favored[favors, first] + 2 * favored[favors, second]]
            worth = points[tables[entry], code]
            if worth == 0:
                continue
            noted = best[requirement]
            if noted == 0:
                met[count_met] = requirement
                count_met += 1
            opening = OPENED if opens[tables[entry], code] else 0
            best[requirement] = max(noted & ~OPENED, worth) | (noted & OPENED) | opening
    count = 0
    for one in range(count_met):
        requirement = met[one]
        job = job_of[requirement]
        if total[job] == 0:
            there[count] = job
            count += 1
        noted = best[requirement]
        total[job] += noted & ~OPENED
        if gated[requirement] and noted & OPENED:
            passed[job] += 1
        best[requirement] = 0
    for one in range(count):
        job = there[one]
        if passed[job] < gates[job]:
            total[job] = 0
        passed[job] = 0
    return count


@njit(cache=True, nogil=True)
def reaching(
    there,
    count,
    total,
    least,
    values,
    open_values,
    value_start,
    kinds,
    out_jobs,
    out_scores,
):
    """Of the jobs in `there`, those whose threshold is reached and whose gates are open; their
    number. `total` is left zero."""
    found = 0
    for one in range(count):
        job = there[one]
        score = total[job] // MILLION
        total[job] = 0
        if score == 0 or score < least[job]:
            continue
        if is_open(job, values, open_values, value_start, kinds):
            out_jobs[found] = job
            out_scores[found] = score
            found += 1
    return found


@njit(cache=True, nogil=True)
def asking(skills, entries, requirements, job_of, wanted, marked, out_jobs):
    """The jobs to which one of the `wanted` skills may count; their number. `marked`: scratch of
    each job, all zero."""
    found = 0
    for one in range(len(wanted)):
        at = find(skills, 0, len(skills), wanted[one])
        if at < 0:
            continue
        for entry in range(entries[at], entries[at + 1]):
            job = job_of[requirements[entry]]
            if not marked[job]:
                marked[job] = 1
                out_jobs[found] = job
                found += 1
    for one in range(found):
        marked[out_jobs[one]] = 0
    return found


@njit(cache=True, nogil=True)
def score_of(
    job,
    first_requirement,  # of each job, and one end
    first_list,  # of each requirement, and one end
    list_place,  # the skill of each list: its place among all that jobs ask for
    list_table,
    gated,
    firsts,  # of each such place, the person's first assertion of it, from 1
    nexts,  # of each assertion the next of the same skill, from 1
    own_names,
    own_read,
    favored,  # by the employer: of each name, whether it is
    points,
    opens,
):
    """The score of one job for one person without the gates that need no skill; -1 where one that
    nobody may lack is closed."""
    total = np.int64(0)
    for requirement in range(first_requirement[job], first_requirement[job + 1]):
        best, opened = np.int32(0), False
        for one in range(first_list[requirement], first_list[requirement + 1]):
            own = firsts[list_place[one]]
            while own:
                first, second = own_names[own - 1, 0], own_names[own - 1, 1]
                code = own_read[own - 1, favored[first] + 2 * favored[second]]
                table = list_table[one]
                best = max(best, points[table, code])
                opened = opened or opens[table, code] != 0
                own = nexts[own - 1]
        if gated[requirement] and not opened:
            return np.int64(-1)
        total += best
    return total // MILLION


@njit(cache=True, nogil=True)
def scores_of(
    jobs,
    skills,  # of all jobs, sorted
    first_requirement,
    first_list,
    list_place,
    list_table,
    gated,
    own_skills,
    own_names,
    own_read,
    favors_of,  # of each job
    favored,
    points,
    opens,
    least,
    values,
    open_values,
    value_start,
    kinds,
    firsts,  # scratch, all zero: of each of `skills`
    out_jobs,
    out_scores,
):
    """Of some jobs, those whose threshold is reached and whose gates are open; their number."""
    nexts = np.zeros(len(own_skills), np.int32)
    places = np.empty(len(own_skills), np.int64)
    for own in range(len(own_skills)):
        at = places[own] = find(skills, 0, len(skills), own_skills[own])
        if at >= 0:
            nexts[own], firsts[at] = firsts[at], own + 1
    found = 0
    for one in range(len(jobs)):
        job = jobs[one]
        if not is_open(job, values, open_values, value_start, kinds):
            continue
        score = score_of(
            *(job, first_requirement, first_list, list_place, list_table, gated),
            *(firsts, nexts, own_names, own_read, favored[favors_of[job]], points, opens),
        )
        if score > 0 and score >= least[job]:
            out_jobs[found] = job
            out_scores[found] = score
            found += 1
    for own in range(len(own_skills)):
        if places[own] >= 0:
            firsts[places[own]] = 0
    return found
