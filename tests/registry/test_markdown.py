"""Markdown of a few sentences: what becomes a tag, and that nothing else does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.markdown import html_of

OURS = re.compile(
    r'</?(p|em|strong|ul|ol|li)>|<br>|</a>|<a href="https?://[^\s"<>]+" rel="nofollow noopener noreferrer">'
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One\ntwo\n\nthree", "<p>One<br>two</p><p>three</p>"),
        ("Read *data* **well**.", "<p>Read <em>data</em> <strong>well</strong>.</p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("Did:\n1. one\n2. two", "<p>Did:</p><ol><li>one</li><li>two</li></ol>"),
        ("# Thesis", "<p><strong>Thesis</strong></p>"),
        ("2 * 3 * 4 and a*b*c", "<p>2 * 3 * 4 and a*b*c</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            "[work](https://e.example/a*b*?c=1&d=2)",
            '<p><a href="https://e.example/a*b*?c=1&amp;d=2" rel="nofollow noopener noreferrer">work</a></p>',
        ),
    ],
)
def test_marks_are_shown_and_nothing_else_is(text, shown):
    assert html_of(text) == shown


@given(st.text(alphabet="*_[]()<>\"'&#-1. \nahtps:/x", max_size=80))
def test_no_tag_is_anybodys_but_ours(text):
    assert "<" not in OURS.sub("", html_of(text))
