"""On real texts, where they are beside the checkout. The figures of the manual come from the command line."""

import csv

import pytest

from hustings.constituents.topics.engine import Settings, report, train

QUICK = Settings(hidden=96, members=1, members_held_out=1, folds=2, epochs=6)


@pytest.mark.slow
def test_customers_questions_in_77_classes(shared_data):
    sets = []
    for name in ("train", "test"):
        with (shared_data / "banking77" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            sets.append(list(csv.DictReader(stream)))
    known, unseen = sets
    model = train([row["text"] for row in known], [row["category"] for row in known], QUICK)
    found = report(model, model.predict([row["text"] for row in unseen]), [(row["category"],) for row in unseen])
    assert found.accuracy > 0.9
    assert found.coverage > 0.98
