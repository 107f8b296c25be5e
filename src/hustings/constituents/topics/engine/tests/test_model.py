from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.constituents.topics.engine import Thresholds

from .letters import TOPICS, letters

ANY = st.text(max_size=300) | st.lists(st.sampled_from(" ".join(TOPICS.values()).split())).map(" ".join)


@given(texts=st.lists(ANY, max_size=6))
@settings(max_examples=60)
def test_any_text_gets_a_prediction_that_holds_together(model, texts):
    read = model.predict(texts)
    assert len(read) == len(texts)
    for each in read:
        assert 0 <= each.confidence <= 1
        assert each.label in {*TOPICS, "oos"}
        assert each.abstained == (not each.labels)
        if each.labels:
            assert each.labels == (each.label,)
            assert each.confidence >= model.thresholds[each.label].apply
        assert not set(each.labels) & set(each.suggested)


@given(texts=st.lists(ANY, min_size=1, max_size=5))
@settings(max_examples=40)
def test_a_text_is_read_alike_alone_and_among_others(model, texts):
    together = model.predict([*texts, *letters(7)[0]])[: len(texts)]
    alone = [model.predict([text])[0] for text in texts]
    assert [each.label for each in together] == [each.label for each in alone]
    assert [each.confidence for each in together] == pytest.approx([each.confidence for each in alone], abs=1e-4)


def test_long_batches_keep_their_order(model):
    texts, _ = letters(1_100)
    read = model.predict(texts)
    assert [each.label for each in read[1_000:1_020]] == [each.label for each in model.predict(texts[1_000:1_020])]


@pytest.mark.parametrize("text", ["", "   ", "...", "\N{PILE OF POO}" * 3])
def test_without_words_it_abstains(model, text):
    assert model.predict([text])[0].abstained


def test_thresholds_apply_suggest_and_leave(model):
    text = "hospital insurance please"
    sure = model.predict([text])[0].confidence

    def read(apply, suggest):
        limits = {**model.thresholds, "health": Thresholds(apply, suggest)}
        return replace(model, thresholds=limits).predict([text])[0]

    assert read(sure / 2, 0.0).labels == ("health",)
    assert (read(1.01, sure / 2).labels, read(1.01, sure / 2).suggested) == ((), ("health",))
    assert (read(1.01, 1.01).labels, read(1.01, 1.01).suggested) == ((), ())
    assert model.predict([text])[0].labels == ("health",)


def test_thresholds_that_make_no_sense_are_refused():
    for apply, suggest in ((0.2, 0.5), (1.5, 0.2), (0.5, -0.1)):
        with pytest.raises(ValueError, match="thresholds"):
            Thresholds(apply, suggest)
