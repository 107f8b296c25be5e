"""What was put right is given back whatever other threads do meanwhile."""

from hustings.service.answers.engine import spelling
from hustings.service.answers.engine.spelling import Vocabulary


class Crowded(dict[str, str | None]):
    """As if another thread made room the moment something was written into it."""

    def __setitem__(self, word: str, meant: str | None) -> None:
        super().__setitem__(word, meant)
        self.clear()


def test_another_thread_making_room_loses_nobodys_word():
    known = Vocabulary({"ballot": 3.0, "county": 1.0})
    known._put_right = Crowded()
    assert known.likest("balot") == "ballot"
    assert known.likest("zzzzzz") is None


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(spelling, "MOST_KEPT", 2)
    known = Vocabulary({"ballot": 3.0})
    assert [known.likest(word) for word in ("balot", "ballott", "baloot")] == ["ballot"] * 3
    assert len(known._put_right) <= 2


def test_made_of_one_before_it_is_as_made_anew():
    before = Vocabulary({"ballot": 3.0, "county": 1.0, "señal": 2.0, "stamp": 1.0})
    weights = {"ballot": 1.0, "county": 9.0, "señal": 2.0, "precinct": 4.0, "seal": 1.0}
    made, anew = Vocabulary(weights, before), Vocabulary(weights)
    assert made.words == anew.words == sorted(weights)
    typed = ("balot", "conty", "senal", "presinct", "stammp", "seall")
    assert [made.likest(word) for word in typed] == [anew.likest(word) for word in typed]
    assert made.likest("presinct") == "precinct"
    assert (made.accented("senal"), "stamp" in made, made.begun_by("s", 9)) == ("señal", False, ["seal", "señal"])
