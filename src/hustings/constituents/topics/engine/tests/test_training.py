import dataclasses
import itertools

import numpy as np
import pytest

from hustings.constituents.topics.engine import CannotTrain, Settings, net, train
from hustings.constituents.topics.engine.counts import count, rows_of
from hustings.constituents.topics.engine.training import _folded, _material, _nets
from hustings.constituents.topics.engine.vocabulary import learn
from hustings.constituents.topics.engine.words import words_of

from .letters import QUICK, letters


def test_it_learns_and_knows_what_it_does_not_know(model):
    texts, labels = letters(60, seed=7, elsewhere=20)
    read = model.predict(texts)
    inside = [each.labels == (label,) for each, label in zip(read, labels, strict=True) if label != "oos"]
    outside = [each.abstained for each, label in zip(read, labels, strict=True) if label == "oos"]
    assert sum(inside) >= 0.9 * len(inside)
    assert sum(outside) >= 0.5 * len(outside)


def test_the_threshold_comes_from_held_out_texts_only(model):
    limits = set(model.thresholds.values())
    assert len(limits) == 1
    assert model.facts["estimated_oos_recall"] >= QUICK.recall_wanted


def test_without_texts_of_no_class_hardly_any_accuracy_is_given_up():
    texts, labels = letters(150)
    model = train(texts, labels, QUICK)
    read = model.predict(letters(60, seed=9)[0])
    assert sum(each.abstained for each in read) <= 3
    assert "estimated_oos_recall" not in model.facts


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    texts, labels = letters(60, elsewhere=9)
    for name in ("one", "two"):
        train(texts, labels, QUICK).save(tmp_path / name)
    train(texts, labels, dataclasses.replace(QUICK, seed=2)).save(tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_folding_keeps_the_scores_of_the_nets():
    texts, labels = letters(90, elsewhere=12)
    material = _material(texts, labels)
    vocabulary = learn(material.texts, QUICK)
    nets = _nets(material, vocabulary, QUICK, range(2), lambda: None)
    model = _folded(material, vocabulary, nets)
    unseen = [words_of(text) for text in [*letters(20, seed=5)[0], "hospitals unheard-of gasolines", "", "zzzz"]]
    rows = rows_of(count(vocabulary, unseen), vocabulary)
    direct = sum(each.scores(rows) for each in nets) / 2
    # Rows are kept at half precision.
    np.testing.assert_allclose(model.scores(unseen), direct, atol=0.05)


def test_several_labels_a_text():
    texts, labels = letters(180)
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(texts)]
    both = [tuple(sorted({one, other})) for one, other in itertools.pairwise(labels)]
    none = letters(0, elsewhere=30)[0]
    texts, both = [*texts, *pairs, *none], [*((label,) for label in labels), *both, *[()] * 30]
    model = train(texts, both, QUICK)
    read = model.predict(
        ["teacher in the classroom and a hospital clinic", "please tell us more about the penguin and umbrella"]
    )
    assert read[0].labels == ("health", "schools")
    assert read[1].labels == ()
    assert read[1].abstained


@pytest.mark.parametrize(
    ("texts", "labels", "words"),
    [
        ([], [], "at least two labels"),
        (["a b", "b c"], ["one", "one"], "at least two labels"),
        (["a b", "b c"], ["one", "oos"], "at least two labels"),
        (["...", ""], ["one", "two"], "no text has any words"),
        (["a"], ["one", "two"], "1 texts and 2 labels"),
    ],
)
def test_what_cannot_be_learnt_is_refused(texts, labels, words):
    with pytest.raises(CannotTrain, match=words):
        train(texts, labels, QUICK)


def test_two_texts_are_enough_to_run():
    model = train(["yes please", "no thanks"], ["for", "against"], QUICK)
    assert {each.label for each in model.predict(["yes please", "no thanks"])} <= {"for", "against", "oos"}


def test_a_net_learns_what_no_line_parts():
    rows = rows_of(*_either_or())
    wanted = np.eye(2, dtype=np.float32)[[0, 1, 1, 0] * 8]
    settings = Settings(hidden=32, fewest_steps=400, drop_inputs=0.0, drop_hidden=0.0)
    scores = net.fit(rows, wanted, several=False, settings=settings, seed=3).scores(rows)
    assert (scores.argmax(1) == wanted.argmax(1)).all()


def _either_or():
    texts = [["neither", "x"], ["left", "x"], ["x", "right"], ["left", "x", "right"]] * 8
    vocabulary = learn(texts, QUICK)
    return count(vocabulary, texts), vocabulary
