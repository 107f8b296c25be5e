"""The sample campaign's Answer Center: 120 questions and more, in English and Spanish, many with a state's own answer.

Everything about voting in it is sample text: it says so in its own last paragraph, and no date in it is a real one.
"""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("answer_center.json")


def load() -> dict[str, Any]:
    """``{"categories": [{slug, en, es}], "articles": [{slug, category, voting, question, answer, …}]}``.

    ``question`` and ``answer`` are by language. An article may hold ``steps`` (lists by language), ``source`` (title,
    url, official), ``related`` (slugs), and ``states`` (code of a state to the answer there, by language).
    Paragraphs are parted by an empty line, lists are lines that begin with "- ", links are ``[words](https://…)``.
    """
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
