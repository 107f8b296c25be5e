from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hustings.constituents.people.models import Person
from hustings.foundation.core.models import GuardedModel, Record
from hustings.service.answers.models import ArticleText
from hustings.service.correspondence.models import Reply
from hustings.service.desk.models import Inquiry

from .replies import BulkReply


class CopyState(models.TextChoices):
    READY = "ready", _("To be sent")
    COVERED = "covered", _("Answered along")
    LEFT_OUT = "out", _("Left out")
    LEAVING = "leaving", _("In the outbox")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "back", _("Taken back")


class Why(models.TextChoices):
    """Why a letter is not answered with the others."""

    NOT_SEEN = "not_seen", _("Not a conversation of yours")
    MERGED = "merged", _("Merged into another conversation")
    CLOSED = "closed", _("Closed already")
    ANSWERED = "answered", _("Answered already")
    SEALED = "sealed", _("Under seal")
    CRISIS = "crisis", _("Somebody in crisis")
    KEPT_OUT = "kept_out", _("Press, a threat or somebody known: answered by a person")
    IN_HAND = "in_hand", _("In a colleague’s hand")
    OTHER_IN_HAND = "other_in_hand", _("A colleague has another letter of theirs")
    SNOOZED = "snoozed", _("Snoozed")
    NO_LETTER = "no_letter", _("There is no letter of theirs to answer")
    NO_ADDRESS = "no_address", _("No address to write to")
    BOUNCES = "bounces", _("Mail to them comes back")
    DO_NOT_CONTACT = "do_not_contact", _("Asked not to be contacted at all")
    NO_WORDS = "no_words", _("The answer has no words for their state")
    FIELD = "field", _("A field stays empty")
    UNFIT = "unfit", _("Cannot be written as mail")
    TOLD = "told", _("Was answered with these words before")
    OTHER_BULK = "other_bulk", _("Another bulk reply answers them")
    SAME_ADDRESS = "same_address", _("Same address: somebody else who is written to there gets it")
    NEWER = "newer", _("They wrote again since it was approved")
    OVER = "over", _("The polls have closed where they vote")
    WITHDRAWN = "withdrawn", _("The answer was withdrawn")
    STOPPED = "stopped", _("Stopped before it left")
    UNDONE = "undone", _("Taken back by itself")
    SAME_PERSON = "same_person", _("Found to be somebody who was answered")
    REFUSED = "refused", _("The letter they were answered with came back")
    ERASED = "erased", _("Erased")


class Copy(Record):
    """One letter of those that were chosen, and what became of its answer. `address`, `language` and `text` are how it
    is to be answered; `person` is the record that theirs is read as."""

    # The indexes below begin with these.
    bulk = models.ForeignKey(BulkReply, on_delete=models.CASCADE, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    letter_id = models.BigIntegerField(null=True)  # the newest of theirs that was looked at
    reply_seen = models.BigIntegerField(default=0)  # the newest of ours
    address = models.TextField(default="", blank=True)
    language = models.CharField(max_length=8, default="", blank=True)
    state_code = models.CharField(max_length=2, default="", blank=True)
    text = models.ForeignKey(ArticleText, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9, choices=CopyState.choices)
    why = models.CharField(max_length=16, choices=Why.choices, default="", blank=True)
    detail = models.TextField(default="", blank=True)  # codes and names of fields, never words of a letter
    covered_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    is_instead = models.BooleanField(default=False)  # sent with the words that are true after the polls
    tries = models.PositiveSmallIntegerField(default=0)  # letters begun: the next one's uid follows from it
    reply = models.OneToOneField(Reply, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)  # of one taken back or refused: when its conversation was put back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "inquiry"], name="bulk_letter_once")]
        indexes = [
            models.Index(fields=["bulk", "state", "id"], name="bulk_copy_state"),
            models.Index(fields=["inquiry"], name="bulk_copy_inquiry"),
            models.Index(fields=["person"], name="bulk_copy_person"),
            models.Index(fields=["covered_by"], condition=Q(covered_by__isnull=False), name="bulk_copy_covered"),
            # Few at any time: those whose conversations a job has yet to put back.
            models.Index(
                fields=["id"], condition=Q(state__in=["back", "refused"], settled_at=None), name="bulk_copy_to_put_back"
            ),
        ]


class Claim(GuardedModel):
    """The once in at-most-once: a copy leaves only with its claim, and the database keeps two from being alike. Per
    matter one of each person and one of each address, over all bulk replies; and one answer to each letter, whatever
    the matter. Given back when the copy did not leave."""

    id = models.BigAutoField(primary_key=True)
    copy = models.OneToOneField(Copy, on_delete=models.CASCADE, related_name="claim")
    matter = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.BinaryField()  # a keyed hash: it holds after an erasure too, and tells no address
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+", db_index=False)
    letter_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "matter"], name="bulk_person_once"),
            models.UniqueConstraint(fields=["address", "matter"], name="bulk_address_once"),
            models.UniqueConstraint(fields=["inquiry", "letter_id"], name="bulk_answer_once"),
        ]
        indexes = [models.Index(fields=["matter"], name="bulk_claim_matter")]
