"""What is kept of calls when a person is erased, and what goes."""

from hustings.foundation.retention.registry import registry, subject_of_conversations, subject_of_person
from hustings.service.answers.models import CorrectionRecipient
from hustings.service.answers.registry import everyone_answered
from hustings.service.calls.models import Call

from .cast import NOW, Cast, asked, somebody, to_call, told


def test_what_was_noted_goes_and_that_they_were_told_stays(cast: Cast) -> None:
    ruth, tom = somebody("Ruth Abernathy"), somebody("Tom Pike", phone="+16145550143")
    theirs = told(cast, ruth, asked(cast, ruth), note="Lives with her sister.")
    others = told(cast, tom, note="Hard of hearing.")
    part, subject = registry.parts["calls.notes"], subject_of_person(ruth.pk)
    assert part.of is not None
    assert list(part.rows().filter(part.of(subject))) == [theirs]
    assert set(Call.objects.filter(pk__in=subject.ids("call"))) == {theirs}
    part.erase([theirs.pk], NOW)
    assert dict(Call.objects.values_list("pk", "note")) == {theirs.pk: "", others.pk: "Hard of hearing."}
    assert list(part.rows()) == [others]
    assert [one.person_id for one in everyone_answered(cast.article)].count(ruth.pk) == 1


def test_a_hold_on_a_conversation_holds_its_calls(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    held, alone = told(cast, ruth, asked(cast, ruth), note="One"), told(cast, ruth, note="Two")
    part, subject = registry.parts["calls.notes"], subject_of_conversations([held.inquiry_id])
    assert part.of is not None
    assert list(Call.objects.filter(part.of(subject))) == [held]
    assert alone.inquiry_id is None


def test_why_they_were_called_goes(cast: Cast) -> None:
    ruth = somebody("Ruth Abernathy")
    (row,) = to_call(cast, ruth)
    CorrectionRecipient.objects.update(because="550 <ruth@example.org>: no such person")
    part = registry.parts["answers.corrections"]
    assert part.of is not None
    assert list(part.rows().filter(part.of(subject_of_person(ruth.pk)))) == [row]
    part.erase([row.pk], NOW)
    row.refresh_from_db()
    assert (row.because, row.state) == ("", "to_call")
