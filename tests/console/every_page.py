"""Every page of the console in each state, as the URL configuration has them: empty, filled, with errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from django.db import transaction
from django.template import Template
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from bench.console_pages import LEADS_ON, console_patterns, sampled_pages, signed_in
from bench.console_scene import OWNER, award_people
from bench.console_things import furnish, own_values
from bench.scene import build_scene
from catalogue.models import Achievement
from registry.actors import SYSTEM
from registry.models import Organisation, Role, User
from registry.services import add_member
from tests.issuing.ways import sign
from tests.registry.builders import build_organisation

_FORM = re.compile(r"<form(?=[^>]*method=\"post\")[^>]*>.*?</form>", re.S | re.I)
_INPUT = re.compile(r"<input[^>]*>|<button[^>]*name=[^>]*>")
_HIDDEN = re.compile(r'type="hidden"|<button')
_ACTION = re.compile(r'<form[^>]*action="([^"]*)"')
_NAME, _VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
REDIRECT = 302
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def furnished_house() -> Client:
    """Make an organisation with one of everything; return a browser signed in as its owner."""
    build_scene()
    root = Organisation.objects.get(slug="bench").nodes.get(parent=None)
    user = User.objects.create_user(OWNER, name="Ada Owner")
    add_member(user=user, node=root, role=Role.OWNER, actor=SYSTEM)
    award_people(Achievement.objects.get().pk, first=0, rows=3)
    sign()
    furnish()
    return signed_in(OWNER)


def filled(client: Client) -> tuple[dict[str, str], dict[str, str]]:
    """Return name → text of every page, and the names of those that could not be opened, with why."""
    found = sampled_pages(client, "bench", own_values())
    bases = {name: address for name, address in found.pages.items() if " " not in name}
    texts = {name: text for name, address in bases.items() if (text := text_of(client.get(address)))}
    return texts, found.unmeasured


def empty() -> Iterator[tuple[str, str]]:
    """Yield name and text of the pages of an organisation in which nothing has happened yet."""
    owner = User.objects.create_user("owner@empty.example.org", name="Ida Empty")
    organisation = build_organisation(owner=owner)
    client, known = signed_in(owner.email), {"slug": organisation.slug, "node_id": organisation.nodes.get().pk}
    for name, pattern in console_patterns():
        wanted = re.findall(r"<\w+:(\w+)>", pattern)
        if name not in LEADS_ON and set(wanted) <= set(known):
            answer = client.get(reverse(f"console:{name}", kwargs={one: known[one] for one in wanted}))
            if answer.status_code == 200 and (text := text_of(answer)):
                yield name, text


def with_errors(client: Client) -> Iterator[tuple[str, str]]:
    """Yield name and text of what a page answers to a form that was sent as it stands, all that can be typed left out."""
    for name, address in sampled_pages(client, "bench", own_values()).pages.items():
        if " " in name:
            continue
        for number, form in enumerate(
            _FORM.findall(text_of(client.get(address)).partition("<main")[2].partition("</main>")[0])
        ):
            action = _ACTION.search(form)
            with transaction.atomic():
                answer = client.post(unescape(action[1]) if action and action[1] else address, _kept(form))
                transaction.set_rollback(True)
            assert answer.status_code < 500, f"{name}: {answer.status_code}"
            if answer.status_code != REDIRECT and (text := text_of(answer)):
                yield f"{name} {number}", text


def _kept(form: str) -> dict[str, str]:
    """Return what a form sends by itself: hidden fields and its first button."""
    kept: dict[str, str] = {}
    for one in _INPUT.findall(form):
        name, value = _NAME.search(one), _VALUE.search(one)
        if name and _HIDDEN.search(one):
            kept.setdefault(unescape(name[1]), unescape(value[1]) if value else "")
    return kept


@contextmanager
def noted_templates() -> Iterator[set[str]]:
    """Yield the names of the templates that make pages meanwhile."""
    seen: set[str] = set()

    def note(template: Template, **_signal: object) -> None:
        seen.add(str(template.name))

    template_rendered.connect(note)
    try:
        yield seen
    finally:
        template_rendered.disconnect(note)


def pages_written() -> set[str]:
    """Return the names of all templates of the console that are a page, not a part of one."""
    folder = TEMPLATES / "console"
    files = [file for file in folder.rglob("*.html") if not file.name.startswith("_") and file.name != "base.html"]
    return {str(file.relative_to(TEMPLATES)) for file in files}


def text_of(answer: object) -> str:
    """Return an answer's page, and nothing where it is a file."""
    if answer.streaming:  # type: ignore[attr-defined]
        answer.getvalue()  # type: ignore[attr-defined] - whoever reads a file to its end closes it
    kind = answer.headers.get("Content-Type", "")  # type: ignore[attr-defined]
    return answer.content.decode() if kind.startswith("text/html") else ""  # type: ignore[attr-defined]
