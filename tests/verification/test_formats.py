"""Telling inputs apart by what they are."""

from __future__ import annotations

import uuid

import pytest

from verification.formats import Kind, credential_number, own_credential_number, sniff
from verification.lookalikes import lookalike_problem, scripts_of, skeleton

NUMBER = uuid.UUID("5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1")
BASES = ["https://uni.example", "http://localhost:8000"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('{"a": 1}', Kind.JSON),
        (b'\xef\xbb\xbf {"a": 1}', Kind.JSON),
        ("[1]", Kind.JSON),
        ("https://a.example/x", Kind.ADDRESS),
        (" HTTPS://a.example/x \n", Kind.ADDRESS),
        (str(NUMBER), Kind.NUMBER),
        (f"urn:uuid:{NUMBER}", Kind.NUMBER),
        (NUMBER.hex.upper(), Kind.NUMBER),
        ("abc.def.ghi", Kind.JWT),
        ("<svg/>", Kind.SVG),
        ("<?xml version='1.0'?><svg/>", Kind.SVG),
        ("", None),
        ("https://a.example/x and more", None),
        ("<html>", None),
        ("hello", None),
    ],
)
def test_an_input_is_told_by_its_first_bytes(source, kind):
    sniffed = sniff(source)

    assert sniffed.kind is kind
    assert (sniffed.problem is None) == (kind is not None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"https://uni.example/c/{NUMBER}", (True, NUMBER)),
        (f"http://uni.example/c/{NUMBER}.json", (True, NUMBER)),
        (f"https://UNI.example:443/c/{NUMBER}/", (True, NUMBER)),
        (f"http://localhost:8000/c/{NUMBER}", (True, NUMBER)),
        (f"http://localhost:8001/c/{NUMBER}", (False, None)),
        (f"https://uni.example.evil.example/c/{NUMBER}", (False, None)),
        (f"https://evil.example/https://uni.example/c/{NUMBER}", (False, None)),
        ("https://uni.example/catalogue/", (True, None)),
        ("https://uni.example/c/rubbish", (True, None)),
        ("https://uni.example:x/c/1", (False, None)),
    ],
)
def test_our_own_addresses_are_known_under_all_their_spellings(address, expected):
    assert own_credential_number(address, BASES) == expected


def test_what_is_no_number_is_none():
    for text in ("", "x" * 32, "-" * 36, f"{NUMBER}x", "5d4eb3b2"):
        assert credential_number(text) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("University of Oxford", "looks-like-known"),
        ("UNIVERSITY OF OXFORD", "looks-like-known"),
        ("Universitу of Oxford", "looks-like-known"),
        ("Univers1ty of 0xford", None),
        ("Οxford Unіversіty", "mixed-scripts"),
        ("Московский университет", None),
        ("Γλώσσα", None),
        ("Weavers", None),
        ("", None),
    ],
)
def test_a_misleading_name_is_named(name, code):
    problem = lookalike_problem(name, ["University of Oxford", "ETH Zürich"])

    assert (problem.code if problem else None) == code


def test_skeletons_fold_accents_and_scripts():
    assert skeleton("ETH Zürich") == skeleton("eth zurich")
    assert scripts_of("aа") == {"LATIN", "CYRILLIC"}
