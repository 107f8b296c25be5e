import pytest

from hustings.constituents.topics.engine import Prediction, report


def said(*labels):
    return Prediction(labels[0] if labels else "health", 0.5, abstained=not labels, labels=labels)


def test_an_abstention_on_a_text_in_scope_is_wrong(model):
    read = [said("health"), said("schools"), said(), said("energy"), said(), said("health")]
    truth = [("health",), ("health",), ("health",), ("energy",), (), ()]
    found = report(model, read, truth)
    assert found.figures() == {
        "accuracy": 0.5,
        "macro_f1": round((2 * 1 / (3 + 2) + 1) / 2, 4),
        "micro_f1": round(2 * 2 / (4 + 4), 4),
        "coverage": 0.75,
        "accuracy_when_sure": 0.6667,
        "oos_recall": 0.5,
        "n": 6,
    }
    assert found.confusion == [("health", "", 1), ("health", "schools", 1), ("oos", "health", 1)]
    health = next(each for each in found.classes if each.label == "health")
    assert (health.texts, health.precision, health.recall) == (3, 0.5, pytest.approx(1 / 3))
    assert health.apply == model.thresholds["health"].apply


def test_several_labels_are_right_when_all_are(model):
    found = report(model, [said("energy", "health"), said("health")], [("health", "energy"), ("health", "schools")])
    assert (found.accuracy, found.oos_recall) == (0.5, None)
    assert found.micro_f1 == pytest.approx(2 * 3 / 7)


def test_a_label_unknown_to_training_is_told_and_counts_as_wrong(model):
    found = report(model, [said("health"), said()], [("weather",), ("weather",)])
    assert found.unknown_labels == {"weather": 2}
    assert found.accuracy == 0.0


def test_nothing_to_say(model):
    assert set(report(model, [], []).figures().values()) == {None, 0}
