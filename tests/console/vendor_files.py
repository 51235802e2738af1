"""Files of many people as other systems write them, after those systems' documentation."""

from __future__ import annotations

import datetime as dt

from tests.registry.workbooks import workbook

DAY = dt.date(2026, 11, 3)


def people(count: int) -> list[tuple[str, str, str]]:
    """Return (first name, last name, address) of made-up people."""
    return [(f"Ada{number}", "Beispiel", f"ada{number}@example.org") for number in range(1, count + 1)]


def credly(count: int) -> bytes:
    """Return a file for Credly's bulk issuing."""
    head = (
        "Badge Template ID,Recipient Email,First Name,Last Name,Issued at,Expiration Date,Issuer Earner ID,Country,"
        "State or Province,Evidence Name,Evidence URL,Text Evidence Name,Text Evidence URL,ID Evidence Title,"
        "ID Evidence Description,Locale"
    )
    template = "cfaf2910-ea5f-46f1-89a5-db525dad6e58"
    rows = [f"{template},{mail},{first},{last},11/03/26,,,,,,,,,,,de" for first, last, mail in people(count)]
    return "\r\n".join([head, *rows, ""]).encode("utf-8-sig")


def canvas(count: int) -> bytes:
    """Return a file for the bulk award of Canvas Credentials."""
    head = (
        "Badge Class ID,Identifier,First Name,Last Name,Narrative,Evidence Narrative,Evidence URL,Issue Date,"
        "Expiration Date"
    )
    rows = [
        f"65f803ac53ae0b2639ac0eba,{mail},{first},{last},Built a model,,https://example.org/work,2026-11-03,"
        for first, last, mail in people(count)
    ]
    return "\n".join([head, *rows, ""]).encode()


def edubadges(count: int) -> bytes:
    """Return a file for the direct award of edubadges: it has no names."""
    head = "Recipient mailadres;Recipient EPPN;Narrative;Evidence URL;Evidence NAME;Evidence Description;Grade"
    rows = [f"{mail};;Built a model;https://example.org/work;Thesis;Ten pages;8.5" for _f, _l, mail in people(count)]
    return "\n".join([head, *rows, ""]).encode()


def spreadsheet(count: int) -> bytes:
    """Return a workbook of a student system, with German headings and days as days."""
    rows = [[first, last, mail, number, DAY] for number, (first, last, mail) in enumerate(people(count), start=1)]
    return workbook(["Vorname", "Nachname", "E-Mail", "Matr.-Nr.", "Abschluss am"], *rows)


VENDORS = {"Credly": credly, "Canvas": canvas, "edubadges": edubadges, "XLSX": spreadsheet}
