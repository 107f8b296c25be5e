"""The index finds what has the words, the best first; the spelling puts right what hands and ears do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.foundation.core.folding import folded
from hustings.service.answers.engine.index import Index, Text
from hustings.service.answers.engine.spelling import OFTEN, Vocabulary, allowed, distance, distances


def asked(*words: str) -> list:
    return [(((((word, 1.0),),)),) for word in words]


def text(article: int, title: str, body: str = "", state: str = "") -> Text:
    return Text(article, state, title.split(), [*dict.fromkeys(f"{title} {body}".split())])


BALLOTS = Index(
    [
        text(1, "mail ballot", "county clerk sign"),
        text(2, "county clerk hours", "ballot sign"),
        text(3, "mail ballot late county", "sign"),
        text(4, "rally park", "sign"),
        text(5, "rally park", "ballot board", "OH"),
    ]
)


def found(*words: str, **more: object) -> list[int]:
    return [article for article, _score in BALLOTS.match(asked(*words), **more)]


def test_a_title_before_a_body_and_a_short_title_before_a_long_one():
    assert found("ballot") == [1, 3, 2, 5]
    assert found("mail", "ballot") == [1, 3]


def test_all_of_it_or_any():
    assert found("mail", "rally") == []
    assert found("mail", "rally", any_of=True)[0] in (1, 4)
    assert set(found("mail", "rally", any_of=True)) == {1, 3, 4, 5}


def test_a_rare_word_says_more():
    assert found("rally", "sign", any_of=True)[0] == 4


def test_a_state_reads_its_own_words_and_everyones():
    assert found("board") == [5]
    assert found("board", state_code="OH") == [5]
    assert found("board", state_code="IA") == []
    assert found("mail", state_code="IA") == [1, 3]


def test_any_saying_will_do_and_each_is_several_words_together():
    group = (((("mail", 1.0),), (("ballot", 1.0),)), ((("rally", 1.0),),))
    assert {article for article, _ in BALLOTS.match([group])} == {1, 3, 4, 5}
    assert {article for article, _ in BALLOTS.match([(((("mail", 1.0),), (("rally", 1.0),)),)])} == set()


def test_beginnings_and_nothing():
    assert BALLOTS.begun_by("ra") == ["rally"]
    assert BALLOTS.begun_by("zz") == []
    assert (found("zeppelin"), found()) == ([], [])
    assert Index([]).match(asked("ballot")) == []
    assert found("ballot", most=2) == [1, 3]


WORDS = st.text("abcde", min_size=1, max_size=3)


@given(
    st.lists(st.tuples(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=6)), max_size=12),
    st.lists(WORDS, max_size=3),
)
def test_it_finds_exactly_what_has_all_of_the_words(rows, sought):
    texts = [Text(n, "", title, [*dict.fromkeys([*title, *body])]) for n, (title, body) in enumerate(rows)]
    expected = {one.article for one in texts if sought and set(sought) <= set(one.words)}
    assert {article for article, _score in Index(texts).match(asked(*sought))} == expected


TEXTS = st.lists(
    st.tuples(
        st.integers(1, 6), st.sampled_from(["", "OH", "IA"]), st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=5)
    ),
    max_size=10,
)


def made(rows: list) -> list[Text]:
    return [Text(pk, state, title, [*dict.fromkeys([*title, *body])]) for pk, state, title, body in rows]


@given(
    TEXTS, st.lists(st.tuples(st.sets(st.integers(1, 6)), TEXTS), max_size=3), st.lists(WORDS, min_size=1, max_size=3)
)
def test_with_changes_it_finds_what_one_made_anew_finds(rows, steps, sought):
    changed = Index(made(rows))
    for gone, others in steps:
        new = [row for row in others if row[0] in gone]  # an article comes and goes whole
        changed = changed.with_changes(gone, made(new))
        rows = [*(row for row in rows if row[0] not in gone), *new]
    anew, whole = Index(made(rows)), changed._whole()
    assert (len(changed), whole._stems) == (len(anew), anew._stems)
    for state, any_of in (("", False), ("OH", True), ("NY", False)):
        how = {"state_code": state, "any_of": any_of}
        found = [one.match(asked(*sought), **how) for one in (anew, changed, whole)]
        assert {article for article, _ in found[1]} == {article for article, _ in found[0]}
        assert dict(found[2]) == pytest.approx(dict(found[0]))
    assert changed.begun_by("a") == anew.begun_by("a")
    assert [word in changed for word in sought] == [word in anew for word in sought]


def test_a_change_of_one_text_says_as_much_as_among_the_rest_and_many_are_put_among_them(monkeypatch):
    texts = [text(n, "ballot mail" if n % 2 else "county hours", "clerk sign") for n in range(2, 200)]
    for most, parts in ((400, True), (0, False)):
        monkeypatch.setattr("hustings.service.answers.engine.index.MOST_LATER", most)
        changed = Index(texts).with_changes({2}, [text(2, "ballot clerk", "hours")])
        assert (changed._more is not None) == parts
        anew = Index([*texts[1:], text(2, "ballot clerk", "hours")])
        for words in (["ballot"], ["ballot", "clerk"], ["hours"]):
            assert dict(changed.match(asked(*words))) == pytest.approx(dict(anew.match(asked(*words))), rel=0.01)


def test_of_very_many_the_best_are_put_in_order():
    texts = [
        text(n // 3, "ballot", " ".join(f"w{at}" for at in range(n % 7)), "OH" if n % 3 else "") for n in range(90)
    ]
    rare = text(99, "ballot clerk")
    few = Index([*texts, rare]).match(asked("ballot", "clerk"), any_of=True, most=4)
    assert (few[0][0], len(few)) == (99, 4)
    assert few == Index([*texts, rare]).match(asked("ballot", "clerk"), any_of=True, most=90)[:4]


# ---- spelling ---------------------------------------------------------------------------------------------------

KNOWN = Vocabulary(
    {
        "place": 60, "please": 30, "polling": 80, "ballot": 300, "ballots": 40, "register": 200, "registration": 90,
        "school": 12, "mail": 250, "male": 2, "votación": 70, "wheelchair": 9, "deadline": 60, "county": 150,
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("palce", "place"), ("plase", "place"), ("plaec", "place"), ("plaese", "please")),
        *(("balot", "ballot"), ("ballott", "ballot"), ("regsiter", "register"), ("regestration", "registration")),
        *(("mial", "mail"), ("scool", "school"), ("weelchair", "wheelchair"), ("deadlnie", "deadline")),
        *(("votacoin", "votación"), ("couny", "county"), ("pollign", "polling")),
        *(("zeppelin", None), ("xyzzy", None), ("cat", None), ("", None)),
    ],
)
def test_slips_are_put_right(typed, meant):
    assert KNOWN.likest(typed) == meant


def test_two_small_slips_are_no_more_than_one_large():
    assert Vocabulary({"aae": 1}).likest("aaaa") == "aae"


def plainly(known: Vocabulary, typed: str) -> str | None:
    """By looking at every word there is."""
    most = allowed(len(typed))
    apart = [(distance(folded(typed), folded(word), most), word) for word in known.words]
    rated = [(far - OFTEN * math.log10(1.0 + known.weights[word]), far, word) for far, word in apart if far <= most]
    return min(rated)[2] if rated else None


@given(
    st.dictionaries(st.text("abcdeñ", min_size=2, max_size=9), st.integers(1, 2000), max_size=40),
    st.text("abcdeñ", min_size=4, max_size=9),
)
def test_it_is_the_word_that_looking_at_all_of_them_finds(weights, typed):
    known = Vocabulary(weights)
    assert known.likest(typed) == plainly(known, typed)


@given(
    st.text("abcdeñ", min_size=1, max_size=7),
    st.lists(st.text("abcdeñ", min_size=1, max_size=7), min_size=1, max_size=6),
)
def test_many_at_once_are_as_far_as_each_alone(typed, words):
    assert distances(typed, words).tolist() == pytest.approx([distance(typed, word, 99) for word in words])


def test_accents_are_no_slip():
    assert (KNOWN.accented("votacion"), KNOWN.accented("zeppelin")) == ("votación", None)
    assert "votación" in KNOWN
    assert KNOWN.begun_by("ba", 9) == ["ballot", "ballots"]
    assert Vocabulary({}).likest("ballot") is None


def test_how_far():
    assert distance("ballot", "ballot", 2.0) == 0.0
    assert distance("balot", "ballot", 2.0) == pytest.approx(0.4)
    assert distance("blalot", "ballot", 2.0) == pytest.approx(0.7)
    assert distance("ballor", "ballot", 2.0) == pytest.approx(0.6)  # beside it on the keyboard
    assert distance("zeppelin", "ballot", 2.0) == 3.0


@given(st.text("abcñé", max_size=7), st.text("abcñé", max_size=7))
def test_how_far_is_the_same_both_ways_where_it_is_near(one, other):
    a, b = folded(one), folded(other)
    assert distance(a, b, 99) == pytest.approx(distance(b, a, 99))
    assert (distance(a, b, 99) == 0) == (a == b)
    assert distance(a, b, allowed(5)) in (distance(a, b, 99), allowed(5) + 1)
