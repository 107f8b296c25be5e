"""The linear machine beside the nets, and the balance between them."""

import numpy as np
import pytest
from scipy import sparse

from hustings.constituents.topics.engine import Settings, calibration, linear, report, train
from hustings.constituents.topics.engine.counts import count, rows_of
from hustings.constituents.topics.engine.training import _folded, _join_linear, _material, _nets
from hustings.constituents.topics.engine.vocabulary import learn

QUICK = Settings(hidden=16, members=1, members_held_out=1, folds=2, fewest_steps=40, epochs=2)
WORDS = {"health": "hospital doctor insurance clinic", "schools": "teacher tuition classroom pupil", "tax": "tax irs"}


def several(times: int) -> tuple[list[str], list[tuple[str, ...]]]:
    chance = np.random.default_rng(3)
    texts, labels = [], []
    for _ in range(times):
        given = tuple(label for label in WORDS if chance.random() < 0.5)
        words = [str(chance.choice(WORDS[label].split())) for label in given for _ in range(3)]
        texts.append(" ".join([*words, "please", "tell", f"x{chance.integers(20)}"]))
        labels.append(given)
    return texts, labels


def test_it_is_ridge_regression() -> None:
    chance = np.random.default_rng(1)
    dense = chance.standard_normal((30, 12)).astype(np.float32)
    wanted = (chance.random((30, 3)) < 0.4).astype(np.float32)
    weights, start = linear.fit(sparse.csr_array(dense), wanted)
    penalty = linear.PENALTY * (dense.astype(np.float64) ** 2).sum() / 30
    exact = np.linalg.solve(dense.T @ dense + penalty * np.eye(12), dense.T @ (wanted - wanted.mean(0)))
    assert np.allclose(start, wanted.mean(0))
    assert np.allclose(weights, exact, atol=2e-3)


def test_beside_the_nets_it_adds_just_its_own_score() -> None:
    texts, labels = several(80)
    material = _material(texts, labels)
    vocabulary = learn(material.texts, QUICK)
    nets = _nets(material, vocabulary, QUICK, range(1), lambda: None)
    rows = rows_of(count(vocabulary, material.texts), vocabulary)
    weights, start = linear.fit(rows, material.wanted)
    model = _folded(material, vocabulary, nets)
    _join_linear(model, (weights, start), (0.5, 3.0, -1.0))
    expected = 0.5 * nets[0].scores(rows) + 3.0 * (rows @ weights + start) - 1.0
    assert np.allclose(model.scores(material.texts), expected, atol=0.02)


def test_the_balance_believes_the_better_one() -> None:
    chance = np.random.default_rng(2)
    wanted = (chance.random((300, 4)) < 0.3).astype(np.float32)
    noise = chance.standard_normal(wanted.shape).astype(np.float32)
    good = (wanted + 0.3 * noise).astype(np.float32)
    too_sure = (20 * chance.standard_normal(wanted.shape)).astype(np.float32)
    nets, lines, _offset = calibration.balance(too_sure, good, wanted)
    assert lines > 3
    assert 0 <= nets < 0.05


def test_several_labels_are_read_back() -> None:
    texts, labels = several(240)
    model = train(texts, labels, QUICK)
    found = report(model, model.predict(texts[:60]), labels[:60])
    assert found.micro_f1 is not None
    assert found.micro_f1 > 0.95


def test_both_wishes_decide_on_the_threshold() -> None:
    sure = np.linspace(0.5, 1, 1001, dtype=np.float32)
    right = np.ones(1001, dtype=bool)
    strange = np.linspace(0, 1, 100, dtype=np.float32)
    apply = calibration.threshold_for_both(sure, right, strange, accuracy=0.92, recall=0.5)
    # 0.92 are kept below 0.54, and more than half of the strange lie below 0.505: both hold.
    assert 0.505 < apply < 0.54
    # Where such an accuracy is never reached, recall decides, with an error to spare (0.5 + 0.05).
    apply = calibration.threshold_for_both(sure, sure > 0.8, strange, accuracy=0.92, recall=0.5)
    assert 0.54 < apply < 0.57


def test_what_a_model_of_all_texts_gains_is_spent_on_recall() -> None:
    # Held out, 0.92 and half of the strange are not both to be had; a model of all texts errs less.
    sure = np.linspace(0.46, 1, 1001, dtype=np.float32)
    right, strange = np.ones(1001, dtype=bool), np.linspace(0, 1, 100, dtype=np.float32)
    wishes = {"accuracy": 0.92, "recall": 0.5}
    apply, more = (
        calibration.threshold_for_both(sure, right, strange, remaining=remaining, **wishes)
        for remaining in (1.0, calibration.errors_remaining(4))
    )
    assert calibration.errors_remaining(4) == pytest.approx(0.866, abs=0.001)
    assert 0.49 < apply < 0.5 < more < 0.51


def test_strangers_of_other_kinds_are_reckoned_with() -> None:
    # The strangers at hand all lie below 0.7, and accuracy is above its wish up to 0.8: what is over goes to recall.
    sure = np.concatenate([np.linspace(0, 0.8, 80), np.linspace(0.8, 1, 920)]).astype(np.float32)
    right, strange = np.ones(1000, dtype=bool), np.linspace(0.4, 0.7, 100, dtype=np.float32)
    apply = calibration.threshold_for_both(sure, right, strange, accuracy=0.92, recall=0.5)
    assert (strange < apply).mean() > 0.5 + calibration.OTHER_KINDS + calibration.KINDS_ERR
    assert 1 - apply / 0.8 * 0.08 > 0.92 + calibration.ACCURACY_ERRS
