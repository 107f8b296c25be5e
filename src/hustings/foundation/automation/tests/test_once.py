"""Nothing lost and nothing done twice, whenever the worker is cut short and however many there are."""

import threading

import pytest
from django.db import connection, transaction

from hustings.foundation.automation.actions import acting, looking
from hustings.foundation.automation.actions.acting import act_once
from hustings.foundation.automation.actions.looking import look_once
from hustings.foundation.automation.models import Deed, Happening, Notice, Work
from hustings.foundation.automation.registry import Verb, registry

from .ruling import work
from .samples import NOW, Sample, make_sample


class Killed(BaseException):
    """As by kill -9: nothing of ours catches it; the database takes back what was not committed."""


COUNT = [
    {"verb": "count", "values": {}},
    {"verb": "notify", "values": {"to": "owner", "text": "a"}},
    {"verb": "set:title", "values": {"value": "seen"}},
]


@pytest.fixture
def counting(monkeypatch):
    def run(*, actor, record, values, deed, now):
        Sample.objects.filter(pk=record.pk).update(size=(record.size or 0) + 1)
        return "counted"

    one = Verb("count", "Count", run=run, describe=lambda values, kind: "count", record_types=("sample",))
    monkeypatch.setitem(registry.verbs, "count", one)


@pytest.mark.django_db
@pytest.mark.parametrize("at", range(1, 40, 2))
def test_killed_at_any_write_everything_is_done_once(write, counting, at):
    """The worker dies at its `at`-th statement that writes, again and again, until it gets through."""
    write(actions=COUNT)
    for n in range(3):
        make_sample(actor=None, values={"title": f"{n}"}, now=NOW)
    writes = 0

    def dies(execute, sql, params, many, context):
        nonlocal writes
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == at:
                raise Killed
        return execute(sql, params, many, context)

    deaths = 0
    while True:
        try:
            with connection.execute_wrapper(dies), transaction.atomic():
                if not (act_once(NOW) or look_once(NOW)):
                    break
        except Killed:
            deaths += 1
    assert deaths == (1 if writes >= at else 0)
    assert list(Sample.objects.order_by("pk").values_list("title", "size")) == [("seen", 1)] * 3
    assert Notice.objects.count() == 3
    assert Deed.objects.filter(state="done").count() == 9
    assert work(NOW) == 0


@pytest.mark.django_db
def test_what_is_undone_was_never_heard_of(write):
    write()

    def cut_short():
        with transaction.atomic():
            make_sample(actor=None, values={"title": "a"}, now=NOW)
            assert Happening.objects.count() == 1
            raise Killed

    with pytest.raises(Killed):
        cut_short()
    assert not Happening.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_do_it_once(write, counting):
    write(actions=COUNT, most_an_hour=1000)
    for n in range(12):
        make_sample(actor=None, values={"title": f"{n}"}, now=NOW)
    problems = []

    def turn():
        idle = 0
        try:
            while idle < 30:
                idle = 0 if acting.act_once(NOW) or looking.look_once(NOW) else idle + 1
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=turn) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert list(Sample.objects.values_list("title", "size")) == [("seen", 1)] * 12
    assert Notice.objects.count() == 12
    assert set(Work.objects.values_list("state", flat=True)) == {"done"}
