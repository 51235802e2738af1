"""Letters of tables: what is told, what is proven, and what is asked about instead of misread."""

import pytest

from registry.encodings import ENCODINGS, decode_table
from registry.refusals import RuleBrokenError
from registry.tables import read_table

WESTERN = (
    "Jürgen Groß;Zoë Müller;François Œuvrard;Créée Noël;Þórður Æsir;Søren Ångström;Núñez João;SEÑORÍA;Šimon Žukov",
    "O’Brien;O´Brien;L`Aquila;col·lega;Mª José;1º;m²;20 °C;5 €;£5;„Quote“;Berlin–Mitte;Müller & Söhne®;¿Qué?;½ Tag",
    "Kevin „Kev“ Straße;§ 5;«oui»;Ça va…;ÅÄÖ;GRÖSSE;Citroën;Ÿnys;Dvoøák",
)
NOT_WESTERN = {
    "windows-1250": "email,name\na@example.org,Małgorzata Łukaszewicz\n",
    "iso-8859-2": "email,name\na@example.org,Stanisława Wiśniewska\n",
    "windows-1251": "email,name\na@example.org,Иван Петров\n",
    "koi8-r": "email,name\na@example.org,Иван Петров\n",
    "windows-1253": "email,name\na@example.org,Αλέξανδρος\n",
    "iso-8859-7": "email,name\na@example.org,Αλέξανδρος\n",
    "windows-1255": "email,name\na@example.org,אברהם\n",
    "windows-1256": "email,name\na@example.org,محمود\n",
    "macroman": "email,name\na@example.org,Jürgen Müller\n",
    "cp850": "email,name\na@example.org,Jürgen Bäcker\n",
    "cp852": "email,name\na@example.org,Małgorzata Łukaszewicz\n",
    "shift_jis": "email,name\na@example.org,山田太郎\n",
    "gb18030": "email,name\na@example.org,王小明\n",
    "euc-kr": "email,name\na@example.org,김철수\n",
}


def code_of(data: bytes, encoding: str = "") -> str:
    with pytest.raises(RuleBrokenError) as refused:
        decode_table(data, encoding)
    assert refused.value.remedy
    return refused.value.code


@pytest.mark.parametrize("text", WESTERN)
def test_western_european_letters_are_read_and_noted(text):
    read = decode_table(text.encode("cp1252"))

    assert (read.text, read.encoding, read.notes) == (text, "windows-1252", ("latin-1",))


@pytest.mark.parametrize("encoding", NOT_WESTERN)
def test_letters_of_another_code_page_are_asked_about_and_read_when_it_is_named(encoding):
    data = NOT_WESTERN[encoding].encode(encoding)

    assert code_of(data) == "encoding-unclear"
    read = decode_table(data, encoding.upper())
    assert (read.text, read.encoding, read.notes) == (NOT_WESTERN[encoding], encoding, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_proven_whether_it_is_named_or_not(encoding):
    text = "email,name\na@example.org,Łukasz Ö\n"
    named = encoding.removesuffix("-sig")[:6].removesuffix("-")

    assert decode_table(text.encode(encoding)).text == text
    assert decode_table(text.encode(encoding), named).text == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_name_reads_what_it_writes(encoding):
    assert decode_table(b"email,name\n".decode().encode(encoding), encoding).text == "email,name\n"


@pytest.mark.parametrize("encoding", ["rot13", "hex", "idna", "unicode_escape", "utf-7", "../x", "klingon"])
def test_what_is_no_encoding_of_tables_is_refused(encoding):
    assert code_of(b"email,name\n", encoding) == "encoding-unknown"


def test_a_file_that_is_not_in_the_encoding_that_was_named_is_refused():
    assert code_of("Müller".encode("cp1252"), "utf-8") == "wrong-encoding"
    assert code_of("Müller".encode("macroman") + b"\x8f", "windows-1252") == "wrong-encoding"
    assert code_of("„Müller“".encode("cp1252"), "iso-8859-1") == "wrong-encoding", "it would read control signs"


def test_what_is_no_text_at_all_is_no_table():
    assert code_of(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe") == "not-a-table"
    assert code_of(b"email,name\n\x00\x00\n") == "not-a-table"


def read(data: bytes, encoding: str = ""):
    return read_table(data, most_rows=10, too_many="Split it.", encoding=encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_tells_how_it_was_read(delimiter):
    table = read(f"email{delimiter}name\na{delimiter}Łucja\n".encode("cp1250"), "windows-1250")

    assert (table.encoding, table.delimiter, list(table.lines)) == ("windows-1250", delimiter, [(2, ["a", "Łucja"])])


def test_a_delimiter_within_quotation_marks_is_none():
    table = read(b'"name, first, last";email\nAda;a@example.org\n')

    assert (table.delimiter, list(table.heading)) == (";", ["name, first, last", "email"])


@pytest.mark.parametrize("delimiter", ["^", "~", ":", "\t"])
def test_any_other_delimiter_is_named_in_a_first_line(delimiter):
    table = read(f"sep={delimiter}\r\nemail{delimiter}name\r\na{delimiter}b\r\n".encode())

    assert (list(table.heading), list(table.lines)) == (["email", "name"], [(2, ["a", "b"])])
