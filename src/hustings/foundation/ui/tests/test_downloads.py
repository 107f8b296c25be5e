"""What leaves as a file: no cell a spreadsheet runs, nothing shown that is to be saved, what lies there comes whole."""

import csv
from io import StringIO

import pytest
from django.http import Http404, HttpResponse

from hustings.foundation.core import storage
from hustings.foundation.ui.downloads import harmless, lines, saved, stored_file, table


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_made_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+1-515-555-0142", "ten = 10", "", "2028-11-07"])
def test_amounts_numbers_and_words_stay_as_they_are(text):
    assert harmless(text) == text


def test_each_row_is_a_line_and_none_an_empty_cell():
    written = "".join(lines(["name", "says"], iter([["Quokka, the", None], ['"so"', "=1"]])))
    assert list(csv.reader(StringIO(written))) == [["name", "says"], ["Quokka, the", ""], ['"so"', "'=1"]]


def test_a_table_is_saved_under_its_name():
    response = table("people", ["name"], [["Quokka"]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response.getvalue() == b"name\r\nQuokka\r\n"


def test_what_is_saved_is_never_shown_whatever_its_name():
    response = saved(HttpResponse(b"<script>"), 'a"b\r\nSet-Cookie: x.html')
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert not set("\r\n") & set(response["Content-Disposition"])
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response.csp == "sandbox; default-src 'none'"


def test_a_stored_file_comes_whole_and_one_not_kept_is_not_found(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    content = b"0123456789" * 20_000
    key = storage.put(content)
    response = stored_file(key, name="form.pdf", kind="application/pdf", size=len(content))
    assert response.getvalue() == content
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Disposition"] == 'attachment; filename="form.pdf"'
    with pytest.raises(Http404):
        stored_file("0" * 64, name="gone.pdf")
