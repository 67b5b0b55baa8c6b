"""Over-promises in what an ISA writes: found where they are, and only there."""

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.overpromises.finding import LONGEST, find
from handoff.overpromises.patterns import ABOUT, PATTERNS, WHY, PromiseKind
from handoff.tests.overpromises.sentences import PLAIN, PROMISES

SAID = [sentence for _, sentence in PROMISES]
#: Few tries are enough over tables this small, and a busy machine is no failure.
patient = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = [kind for kind in PromiseKind if kind is not PromiseKind.OWN]


def kinds(text, **asked):
    return [found.kind for found in find(text, **asked)]


def test_the_tables_are_large_enough_to_mean_something():
    assert len(set(SAID)) >= 40
    assert len(set(PLAIN)) >= 60


@pytest.mark.parametrize(("kind", "sentence"), PROMISES, ids=SAID)
def test_a_promise_is_found(kind, sentence):
    assert kind in kinds(sentence)


@pytest.mark.parametrize("sentence", PLAIN, ids=[each or "nothing" for each in PLAIN])
def test_what_is_no_promise_is_left_alone(sentence):
    assert find(sentence) == []


@pytest.mark.parametrize(("kind", "sentence"), PROMISES, ids=SAID)
def test_its_case_does_not_matter(kind, sentence):
    assert kind in kinds(sentence.upper())
    assert kind in kinds(sentence.lower())


@patient
@given(st.sampled_from(PROMISES), st.lists(st.sampled_from([each for each in PLAIN if each]), max_size=3))
def test_a_promise_is_found_among_other_sentences_and_marked_where_it_stands(promise, others):
    kind, sentence = promise
    text = "\n".join([*others, sentence])

    found = find(text)

    assert kind in [each.kind for each in found]
    begins = len(text) - len(sentence)
    assert all(begins <= each.start < each.end <= len(text) for each in found)


@patient
@given(st.lists(st.sampled_from([each for each in PLAIN if each]), max_size=6))
def test_plain_sentences_stay_plain_together(sentences):
    assert find("\n".join(sentences)) == []


@patient
@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text):
    found = find(text)

    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@patient
@given(st.sampled_from(PROMISES))
def test_a_kind_that_is_switched_off_is_not_looked_for(promise):
    kind, sentence = promise

    assert kind not in kinds(sentence, off=[kind])
    assert find(sentence, off=KINDS) == []


@pytest.mark.parametrize("piece", ["we will get ", "guaranteed ", "9% ", "no ", "rates will ", ", ", "(", "a" * 50])
def test_no_text_takes_long(piece):
    text = (piece * LONGEST)[:LONGEST]

    began = time.thread_time()  # work, whatever else the machine does
    find(text)

    assert time.thread_time() - began < 0.5


def test_a_teams_own_words_are_found_as_they_stand():
    found = find("She loves the Dream Deal, not dream deals.", own=["dream deal"])

    assert [each.kind for each in found] == [PromiseKind.OWN]
    assert "She loves the Dream Deal, not dream deals."[found[0].start : found[0].end] == "Dream Deal"


@patient
@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_own_words_are_words_and_no_pattern(words):
    assert find(f"so {words} then", own=[words], off=KINDS)


def test_every_kind_says_why_and_has_patterns():
    assert set(WHY) == set(PromiseKind)
    assert set(ABOUT) == set(KINDS) == {pattern.kind for pattern in PATTERNS}


def test_rates_with_points_are_not_cut_at_the_point():
    text = "Good talk. We will get you 3.25 % with our lender. Bye."
    (found,) = find(text)

    assert text[found.start : found.end] == "We will get you 3.25 %"
