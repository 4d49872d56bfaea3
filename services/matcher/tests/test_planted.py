"""Whether a match finds those who can do the job, among people of whom that is known."""

from bench.planted import quality


def test_evidence_finds_more_of_the_able_than_keywords_do_where_many_boast():
    found = {one.name: one.value for one in quality(2000, 20, untrue=[0.75])}
    for measure in ("precision@10", "nDCG@10"):
        by_match, by_keywords = (
            found[f"own words 75% untrue: {measure}, {way}"] for way in ("the match", "keywords")
        )
        assert by_match > by_keywords
