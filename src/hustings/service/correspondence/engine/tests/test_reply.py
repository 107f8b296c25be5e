"""New words, quote and signature, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.service.correspondence.engine.reply import split_reply

from .mails import patient

WRITER = "Roman Tkachenko <romant@example.com>"


@pytest.mark.parametrize(
    "separator",
    [
        f"On 11-Apr-2011, at 6:54 PM, {WRITER} wrote:",
        "On 04/19/2011 07:10 AM, Roman Tkachenko wrote:",
        "On Fri, May 6, 2011 at 6:03 PM, Roman Tkachenko from Hacker News\n<roman@definebox.com> wrote:",
        (
            "On Nov 30, 2011, at 12:47 PM, Somebody"
            " <\n416ffd3258d4d2fa4c85cfa4c44e1721d66e3e8f4@somebody.domain.com>\nwrote:"
        ),
        "On Tue, Sep 25, 2012 at 8:59 AM, Chris <notifications@github.com>wrote:",
        "El lun, 3 jun 2024 a las 10:15, Ana (<ana@x.org>) escribió:",
        "El 3 de junio de 2024, Ana\n<ana@x.org> escribió:",
        "Le 23 janv. 2015 à 22:03, Brendan <brendan@x.com> a écrit :",
        "Am 03.06.2024 um 10:15 schrieb Jens Müller:",
        "Il giorno 3 giu 2024, alle ore 10:15, Ana ha scritto:",
        "Em 3 de jun. de 2024 às 10:15, Ana <a@x.org> escreveu:",
        "Op 13-02-2014 3:18 schreef Julius Caesar <pantheon@rome.com>:",
        "Op 17-feb.-2015, om 13:18 heeft Julius Caesar <pantheon@rome.com> het volgende geschreven:",
        "Den 14 september, 2015 02:23:18, Valentino Rudy (valentino@rudy.be) skrev:",
        "W dniu 28 stycznia 2015 01:53 użytkownik Zoe <zoe@x.com>\nnapisał:",
        "2014-10-17 11:28 GMT+03:00 Postmaster <\npostmaster@sandboxxx.mailgun.org>:",
        "Sent from Samsung MobileName <address@example.com> wrote:",
        "------On 12/29/1987 17:32 PM, Julius Caesar wrote-----",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Mensaje original --------",
        "Inicio del mensaje reenviado:",
        "From: a@x.org\nSent: March-19-11 5:42 PM\nTo: Somebody\nSubject: The manager",
        "________________________________\nFrom: A B <a@x.org>\nSent: Monday, June 3, 2024 1:00 PM\nTo: C\nSubject: D",
        "De: Ana <ana@x.org>\nEnviado: lunes, 3 de junio de 2024 10:15\nPara: Ben\nAsunto: Voto",
        "De : Brendan [mailto:b@x.com]\nEnvoyé : vendredi 23 janvier 2015 16:39\nÀ : Camille\nObjet : Follow Up",
        "Von: a@x.org\nGesendet: Dienstag, 25. November 2014 14:59\nAn: Somebody\nBetreff: Loop",
        "*From:* a@x.org [mailto:\na@x.org]\n*Sent:* Wednesday, June 27, 2012 3:05 PM\n*To:* b@x.org\n*Subject:* Hello",
        "Date: Wed, 16 May 2012 00:15:02 -0600\nTo: k@x.org",
    ],
)
@pytest.mark.parametrize("quote", ["Their earlier words", "> Their earlier words"])
def test_what_is_below_a_separator_is_quoted(separator: str, quote: str) -> None:
    found = split_reply(f"Thanks, I will vote.\n\n{separator}\n\n{quote}\n")
    assert found.new_words == "Thanks, I will vote."
    assert found.quoted.endswith(quote)
    assert separator.split("\n")[-1] in found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I will vote.\nOn your side,\nwe are all here: really.",
        "Blah-blah-blah\nOn blah-blah-blah",
        "Visit us now for assistance...\n>>> >>>  http://www.domain.com <<<\nVisit our site by clicking the link above",
        "From: the heart\n\nI mean it.",
        "One outstanding question I had:\n\nLocally, when I run...",
        "My sister wrote: do not give up.\nShe is right.",
        "To: everyone\nI love this.",
        "Here is a list:\n- one\n- two\n-- three --\nand more words after it, many of them",
    ],
)
def test_words_that_only_look_like_a_quote_are_kept(text: str) -> None:
    assert split_reply(text).new_words == text


def test_answers_between_the_lines_are_kept() -> None:
    text = (
        "On Tue, Apr 29, 2014 at 4:22 PM, Dev <d@x.org>wrote:\n\n> okay.\n>\n\nI answer here\n\n>\n> more?\n\nand"
        " here.\n"
    )
    found = split_reply(text)
    assert found.new_words == "I answer here\n\nand here."
    assert "> okay." in found.quoted
    assert "> more?" in found.quoted


def test_an_answer_below_the_quote_is_kept() -> None:
    assert split_reply("On 04/19/2011 07:10 AM, Roman wrote:\n\n>\n> Test\nTest reply").new_words == "Test reply"


def test_an_attribution_on_the_last_line_of_the_answer() -> None:
    assert split_reply("reply On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:\n> Hi").new_words == "reply"
    assert split_reply("reply--- On Wed, Apr 4, 2012 at 3:59 PM, me@x.com wrote:\n> Hi").new_words == "reply"


def test_wrapped_quoted_links_are_quoted() -> None:
    text = (
        "Blah\n\nOn Monday, 24 September, 2012 at 3:46 PM, bob wrote:\n\n> View ticket "
        "(http://example.com/action\n_nonce=3dd518)\n>\n"
    )
    assert split_reply(text).new_words == "Blah"


@pytest.mark.parametrize(
    ("text", "words", "signature"),
    [
        ("Hello\n\nSent from my iPhone", "Hello", "Sent from my iPhone"),
        ("Hola\n\nEnviado desde mi iPhone", "Hola", "Enviado desde mi iPhone"),
        ("Hello\n\nGet Outlook for iOS", "Hello", "Get Outlook for iOS"),
        ("Hi\n\nSent from Yahoo Mail on Android", "Hi", "Sent from Yahoo Mail on Android"),
        ("Hi\n-- \nAnn Lee\nToledo", "Hi", "-- \nAnn Lee\nToledo"),
        ("Hi\n--\nAnn Lee", "Hi", "--\nAnn Lee"),
        ("Hey!\n\n- roman", "Hey!", "- roman"),
        ("Do it.\n\nSincerely,\nAnn Lee\n12 Main St", "Do it.", "Sincerely,\nAnn Lee\n12 Main St"),
        ("Hágalo.\n\nAtentamente,\nAna", "Hágalo.", "Atentamente,\nAna"),
        (
            "Hi there\n\nGina Lee\ngina@example.com\n(555) 346-9947",
            "Hi there",
            "Gina Lee\ngina@example.com\n(555) 346-9947",
        ),
        (
            "Yes.\n\nCONFIDENTIALITY NOTICE: this e-mail is private.",
            "Yes.",
            "CONFIDENTIALITY NOTICE: this e-mail is private.",
        ),
        (
            (
                "What is the best way?\n\n-Abhishek Kona\n\n_______________________________________________\nriak-users"
                " mailing list"
            ),
            "What is the best way?",
            "-Abhishek Kona\n\n_______________________________________________\nriak-users mailing list",
        ),
        ("Hi. I am fine.\n\nThanks,\nAlex", "Hi. I am fine.\n\nThanks,\nAlex", ""),
        (
            "Sent from my desk, is much easier then my mobile phone.",
            "Sent from my desk, is much easier then my mobile phone.",
            "",
        ),
        ("--\nRoman", "--\nRoman", ""),
    ],
)
def test_signatures(text: str, words: str, signature: str) -> None:
    found = split_reply(text)
    assert (found.new_words, found.signature, found.quoted) == (words, signature, "")


def test_the_senders_name_below_a_letter_is_a_signature() -> None:
    found = split_reply("Please let me know.\n\nThank you,\nNoam", sender="Noam Chen <noam@x.org>")
    assert (found.new_words, found.signature) == ("Please let me know.", "Thank you,\nNoam")


def test_when_all_is_quoted_all_is_shown() -> None:
    text = "---------- Forwarded message ----------\nFrom: a@x.org\nDate: Tue, Sep 4, 2012\n\nText"
    assert split_reply(text) == (text, "", "")
    assert split_reply("> only\n> quoted").new_words == "> only\n> quoted"
    assert split_reply("") == ("", "", "")
    assert split_reply(" \n ") == ("", "", "")


@pytest.mark.parametrize(
    "mark", ['div id="divRplyFwdMsg"', 'div class="gmail_quote"', 'span id="OLK_SRC_BODY_SECTION"']
)
def test_marks_in_html_part_a_quote_that_the_text_does_not_show(mark: str) -> None:
    text = "Yes, on Tuesday.\n\nCome and vote on Tuesday, the doors open at seven.\n"
    tag = mark.split()[0]
    html = f"<p>Yes, on Tuesday.</p><{mark}><p>Come and vote on Tuesday, the doors open at seven.</p></{tag}>"
    found = split_reply(text, html)
    assert (found.new_words, found.quoted) == ("Yes, on Tuesday.", "Come and vote on Tuesday, the doors open at seven.")


LINES = st.lists(
    st.sampled_from(
        [
            "> q",
            "words here",
            "",
            "On Mon, Jan 1, 2024 at 10:00, A <a@x.org> wrote:",
            "From: a@x.org",
            "To: b",
            "-- ",
            "--",
            "Sent from my iPhone",
            "Thanks,",
            "Sincerely,",
            "Ann",
            "-----Original Message-----",
            "_____",
            ":",
            "Date: 1 Jan 2024",
        ]
    )
)


@patient
@given(LINES)
def test_no_words_are_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = split_reply(text, sender="Ann Lee")
    assert bool(found.new_words) == bool(text.strip())
    for line in {line.strip() for line in lines if line.strip()}:
        kept = sum(one.count(line) for one in found)
        assert kept >= 1, line


@patient
@given(st.text(max_size=400), st.one_of(st.none(), st.text(max_size=200)))
def test_any_text_is_taken_apart(text: str, html: str | None) -> None:
    assert bool(split_reply(text, html).new_words) == bool(text.strip())
