"""Telling inputs apart by what they are."""

from __future__ import annotations

import uuid

import pytest

from verification.formats import InputKind, credential_number, own_credential_number, sniff, understand
from verification.lookalikes import resembled, scripts_of, skeleton

NUMBER = uuid.UUID("5d4eb3b2-08c1-4ee1-8b4c-1ad8b8a1b1b1")
BASES = ["https://uni.example", "http://localhost:8000"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('{"a": 1}', InputKind.JSON),
        (b'\xef\xbb\xbf {"a": 1}', InputKind.JSON),
        ("[1]", InputKind.JSON),
        ("https://a.example/x", InputKind.ADDRESS),
        (" HTTPS://a.example/x \n", InputKind.ADDRESS),
        (str(NUMBER), InputKind.NUMBER),
        (f"urn:uuid:{NUMBER}", InputKind.NUMBER),
        (NUMBER.hex.upper(), InputKind.NUMBER),
        ("eyJhbGciOiJFZERTQSJ9.e30.c2ln", InputKind.JWT),
        ("eyJhbGciOiJF\nZERTQSJ9.e30.\r\n c2ln", InputKind.JWT),
        ("www.uni.example", None),
        ("hello.world.foo", None),
        ("<svg/>", InputKind.SVG),
        ("<?xml version='1.0'?><svg/>", InputKind.SVG),
        ("", None),
        ("https://a.example/x and more", InputKind.ADDRESS),
        ("https://a.example/x or https://b.example/y", None),
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


KNOWN = [("University of Oxford", "M"), ("ETH Zürich", "M"), ("Charité Berlin with AI Campus", "M"), ("Google", "M")]
SAME, NEAR, MIXED = "looks-like-known", "resembles-known", "mixed-scripts"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("University of Oxford", SAME),
        ("UNIVERSITY OF OXFORD", SAME),
        ("Universitу of Oxford", SAME),
        ("Univers1ty of 0xford", SAME),
        ("Charité Berlin with Al Campus", SAME),
        ("Charité Berlin vvith AI Carnpus", SAME),
        ("ᴜɴɪᴠᴇʀsɪᴛʏ ᴏꜰ ᴏxꜰᴏʀᴅ", SAME),
        ("𝒰𝓃𝒾𝓋𝑒𝓇𝓈𝒾𝓉𝓎 𝑜𝒻 𝒪𝓍𝒻𝑜𝓇𝒹", SAME),
        ("Ｕniversity of Oxford", SAME),
        ("University\u200b of Ox\u202eford", SAME),
        ("University of Oxferd", NEAR),
        ("Univesrity of Oxford", NEAR),
        ("University of Oxfordd", NEAR),
        ("Univerity of Oxford", NEAR),
        ("The University of Oxford Online", NEAR),
        ("Google Career Certificates", NEAR),
        ("Charité Berlin", NEAR),
        ("Οxford Unіversіty", MIXED),
        ("Московский университет", None),
        ("Γλώσσα", None),
        ("ETH", None),
        ("Goggle", None),
        ("University", None),
        ("Weavers", None),
        ("", None),
    ],
)
def test_a_misleading_name_is_named(name, code):
    found = resembled(name, KNOWN)

    assert (found.code if found else None) == code


def test_skeletons_fold_accents_and_scripts():
    assert skeleton("ETH Zürich") == skeleton("eth zurich")
    assert scripts_of("aа") == {"LATIN", "CYRILLIC"}


ADDRESS = f"https://uni.example/c/{NUMBER}"


@pytest.mark.parametrize(
    "pasted",
    [
        f"{ADDRESS}.", f"({ADDRESS})", f"<{ADDRESS}>", f"„{ADDRESS}“", f'"{ADDRESS}"', f"«{ADDRESS}»,", f"[{ADDRESS}]",
        f"uni.example/c/{NUMBER}", f"Here it is: {ADDRESS}!\n\nBest regards\nAda", f"{ADDRESS}\n-- \nAda Example\nhttps://ada.example/",
        f"{ADDRESS[:40]}\n{ADDRESS[40:]}", f"```\n{ADDRESS}\n```", f"\ufeff {ADDRESS}", f"https://uni.example/verify?url={ADDRESS}",
        f"https://uni.example/verify/?url=https%3A%2F%2Funi.example%2Fc%2F{NUMBER}", ADDRESS.upper().replace("/C/", "/c/"),
        f"`{ADDRESS}`", f"{ADDRESS}.json", f"See {ADDRESS} and https://uni.example/issuers/",
        str(NUMBER), NUMBER.hex, str(NUMBER).replace("-", " "), str(NUMBER).replace("-", "–"), f"No. {NUMBER}.",
        " ".join(NUMBER.hex[i : i + 4] for i in range(0, 32, 4)), f"URN:UUID:{NUMBER}",
    ],
)  # fmt: skip
def test_what_surrounds_an_address_or_number_is_forgiven(pasted):
    understood = understand(pasted, BASES)

    assert (understood.ours, understood.number) == (True, NUMBER)


@pytest.mark.parametrize(
    "pasted", ["helo", "hello world", str(NUMBER)[:-6], "https:/", "www.uni.example", "", "\x00" * 9, "💥"]
)
def test_a_typing_error_is_nothing_and_no_verdict(pasted):
    assert sniff(pasted).is_nothing


def test_a_claim_link_and_other_pages_of_ours_are_told_apart():
    claim, page = (understand(f"https://uni.example{path}", BASES) for path in ("/claim/abc", "/catalogue/"))

    assert (claim.ours, claim.number, claim.claim) == (True, None, True)
    assert (page.ours, page.number, page.claim) == (True, None, False)
    assert not understand("https://elsewhere.example/claim/abc", BASES).claim


TEXT = '{"name": "Prüfung"}'


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-16"), b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT.encode("utf-16-le"), TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-32"), TEXT.encode("latin-1"), f"```json\n{TEXT}\n```\n".encode(), f"{TEXT}\n-- \nAda".encode(),
        f"“{TEXT}”".encode(), f"Here you are:\n```\n{TEXT}\n```\nAda".encode(),
    ],
)  # fmt: skip
def test_a_text_is_read_in_the_encoding_and_wrapping_that_it_came_in(data):
    sniffed = sniff(data)

    assert (sniffed.kind, sniffed.text) == (InputKind.JSON, TEXT)
    assert sniffed.guessed == (data == TEXT.encode("latin-1"))
