import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.constituents.topics.engine.table import BadTable, read


def table(path, content, **options):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, text=options.pop("text", ["text"]), label=options.pop("label", "label"), **options)


def test_texts_and_labels(tmp_path):
    found = table(
        tmp_path / "a.csv", '\ufefflabel,id,text\nhealth,1,"Dear, ""friend"""\n\noos,2,"two\nlines"\n a | b ,3,\n'
    )
    assert found.texts == ['Dear, "friend"', "two\nlines", ""]
    assert found.labels == ["health", "oos", " a | b "]
    assert found.groups("|") == [("health",), (), ("a", "b")]


def test_other_columns_delimiter_encoding_and_separator(tmp_path):
    content = "title;body;issues\nCafé;please;a, b\n".encode("latin-1")
    options = {"encoding": "latin-1", "delimiter": ";", "separator": ",", "text": ["title", "body"], "label": "issues"}
    found = table(tmp_path / "a.csv", content, **options)
    assert found.texts == ["Café\nplease"]
    assert found.groups(",") == [("a", "b")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "a.csv is empty"),
        ("\n\n", "a.csv is empty"),
        ("text,label\n", "a heading and no rows"),
        ("text,topic\na,b\n", "no column label; it has text, topic"),
        ("text,text,label\na,b,c\n", "2 columns text"),
        ("text,label\na,b\nc\n", "row 2: 1 cells where the heading has 2"),
        ("text,label\na,b\nc,d,e\n", "row 2: 3 cells"),
        ("text,label\na,b\nc, \n", "row 2, column label: there is no label"),
        ("text,label\na,b|\n", "row 1, column label: an empty label"),
        ("text,label\na,b|oos\n", "row 1, column label: oos"),
        ("text,label\n\na,b\n,c\n", "row 2, column text: there is no text"),
        ('text,label\na,b\n"c,d\n', "row 2: unexpected end"),
        (b"text,label\na,b\nc\xff,d\n", "row 2, column text: byte 0xff is not utf-8"),
        (b"text,label\na,b\nc,\x80d\n", "row 2, column label: byte 0x80 is not utf-8"),
        (b"text,l\xffabel\na,b\n", "heading, column 2: byte 0xff"),
        (b"text,label\na,b\nc\0,d\n", "row 2, column text: holds a zero byte"),
        (b"\xff\xfet\0e\0x\0t\0", "byte 0xff is not utf-8"),
    ],
)
def test_bad_tables_are_refused_with_their_place(tmp_path, content, words):
    with pytest.raises(BadTable, match=words):
        table(tmp_path / "a.csv", content, blank_texts=False)


def test_an_encoding_nobody_knows(tmp_path):
    with pytest.raises(BadTable, match="no encoding klingon"):
        table(tmp_path / "a.csv", "text,label\na,b\n", encoding="klingon")


@given(content=st.binary(max_size=200) | st.text(alphabet='text,label"\n\r|os', max_size=80).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path_factory, content):
    try:
        found = table(tmp_path_factory.getbasetemp() / "any.csv", b"text,label\n" + content)
    except BadTable:
        return
    assert len(found.texts) == len(found.labels) > 0
    assert all(label.strip() for label in found.labels)
