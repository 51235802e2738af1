"""Every page of the console with a sample of what its address names, as the URL configuration has them.

A page that is added is measured by itself; one whose address names something unknown here fails the bench: add a sample.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qsl, urlencode

from django.apps import apps
from django.db.models import Max, Min
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from issuing.models import Award, Batch
from issuing.selectors import NEWEST_ACCEPTED
from registry.keyset import Cursor
from registry.models import Organisation, User

OK, REDIRECT, NOT_ALLOWED = 200, 302, 405
SEARCHED = "Number 7"
MOST_VARIANTS, LONGEST_WORD = 40, 20
LEADS_ON = {"home": "leads to the one organisation that there is"}
"""Pages that only lead to another one, and why."""
_PARAMETER = re.compile(r"<(\w+):(\w+)>")
NOTHING = {"uuid": str(uuid.UUID(int=0)), "int": "0"}
"""By converter, what names nothing; a word elsewhere."""
_LINK = re.compile(r'href="([^"]*\?[^"]*)"')
_FORM = re.compile(r"<form([^>]*)>(.*?)</form>", re.S)
_ACTION = re.compile(r'action="([^"]*)"')
_SEARCH = re.compile(r'<input[^>]*type="search"[^>]*>')
_NAME = re.compile(r'name="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Sampled:
    """Pages by name with their addresses, and what cannot be measured, each with why."""

    pages: dict[str, str]
    unmeasured: dict[str, str]


def console_patterns(space: str = "console") -> Iterator[tuple[str, str]]:
    """Yield name and pattern of each address of the console, or of the operator's pages (`operator`)."""
    for spaces, name, pattern in _walk(get_resolver().url_patterns, "", ()):
        if space in spaces:
            yield name, pattern


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str, spaces: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern, (*spaces, entry.namespace or ""))
        else:
            yield spaces, entry.name or pattern, pattern


def signed_in(address: str) -> Client:
    """Return a browser that is signed in as who has this address."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=address), backend="django.contrib.auth.backends.ModelBackend")
    return client


def sampled_pages(
    client: Client, slug: str, own: Mapping[str, Mapping[str, str]] | None = None, *, space: str = "console"
) -> Sampled:
    """Ask for every page of a space once, and for what it links to of itself: filters, further pages, a search.

    `own` are values for single routes, where their page wants something special.
    """
    pages: dict[str, str] = {}
    unmeasured: dict[str, str] = {}
    known = samples(Organisation.objects.get(slug=slug))
    for name, pattern in console_patterns(space):
        values = known | dict((own or {}).get(name, {}))
        converters = {one: converter for converter, one in _PARAMETER.findall(pattern)}
        wanted = list(converters)
        missing = [one for one in wanted if one not in values and not _has_row_of(one, values)]
        # Where nothing is known an address that names nothing is asked: an act says that it wants a POST all the same.
        values |= {one: NOTHING.get(converters[one], "nothing") for one in missing}
        address = reverse(f"{space}:{name}", kwargs={one: values[one] for one in wanted})
        answer = client.get(address)
        if answer.status_code == OK:
            pages[name] = address
            pages |= {f"{name} {words}": full for words, full in _variants(name, address, _text(answer))}
        elif answer.status_code != NOT_ALLOWED and name not in LEADS_ON:
            unsampled = f" (no sample of {', '.join(missing)})" if missing else ""
            unmeasured[name] = f"{address} answered {answer.status_code}{unsampled}"
    return Sampled(pages, unmeasured)


def samples(organisation: Organisation) -> dict[str, str]:
    """Return what stands for the usual parameters: the newest things of the organisation, with a history behind them."""
    awards = Award.objects.filter(organisation=organisation)
    # By the oldest file: its achievement has credentials in every house, however few there are.
    batch = Batch.objects.filter(organisation=organisation).order_by("created_at").first()
    award = awards.filter(batch=batch).select_related("version__achievement__issuer").first()
    if batch is None or award is None:
        raise RuntimeError("nothing was awarded here")
    return {
        "slug": organisation.slug,
        "node_id": str(award.version.achievement.issuer.node_id),
        "achievement_id": str(award.version.achievement_id),
        "award_id": str(award.pk),
        "batch_id": str(batch.pk),
        "issuer_id": str(award.version.achievement.issuer_id),
        "learner_id": str(award.learner_id),
        "change": "revoke",
        "table": "time",
        "part": "facts",
        "body": "no-body",
    }


def _has_row_of(parameter: str, values: dict[str, str]) -> bool:
    """Look for a row of the model that a parameter is named for (`invitation_id`), and keep its key; tell whether."""
    wanted = parameter.removesuffix("_id").replace("_", "")
    for model in apps.get_models():
        if model._meta.model_name == wanted:
            row = model._default_manager.values_list("pk", flat=True).order_by("-pk").first()
            if row is not None:
                values[parameter] = str(row)
            return row is not None
    return False


def _text(answer: object) -> str:
    kind = answer.headers.get("Content-Type", "")  # type: ignore[attr-defined]
    return answer.content.decode() if kind.startswith("text/html") else ""  # type: ignore[attr-defined]


def _variants(name: str, address: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield what a page links to of itself, what it lets one search, and the last page of the list of awards."""
    found: dict[str, str] = {}
    for link in map(unescape, _LINK.findall(text)):
        path, _mark, query = link.partition("?")
        if path in ("", address) and query:
            found[_words(query)] = f"{address}?{query}"
    found |= {f"{one}=…": f"{address}?{urlencode({one: SEARCHED})}" for one in _searched(address, text)}
    if name == "awards":
        found["last"] = f"{address}?{urlencode({'show': 'all', 'cursor': _before_the_oldest()})}"
    if len(found) > MOST_VARIANTS:
        raise RuntimeError(f"{address} leads to itself in {len(found)} ways: raise MOST_VARIANTS")
    yield from found.items()


def _searched(address: str, text: str) -> Iterator[str]:
    """Yield the names of the fields by which a page is searched itself; a form that leads elsewhere is measured there."""
    for opening, content in _FORM.findall(text):
        action = _ACTION.search(opening)
        if action is None or unescape(action[1]) in ("", address):
            yield from (named[1] for field in _SEARCH.findall(content) if (named := _NAME.search(field)))


def _words(query: str) -> str:
    """Return a query in words that are the same in every house: without cursors and numbers of rows."""
    said = parse_qsl(query)
    return "&".join(
        name if len(value) > LONGEST_WORD or value.isdigit() else f"{name}={value}" for name, value in said
    )


def _before_the_oldest() -> str:
    """Return the cursor at whose end stand the last rows."""
    ends = Award.objects.aggregate(Min("accepted_at"), Max("accepted_at"))
    newest_of_the_oldest = Award.objects.filter(accepted_at=ends["accepted_at__min"]).order_by("-pk")[0]
    place = getattr(newest_of_the_oldest, NEWEST_ACCEPTED.field)
    return Cursor(forward=True, value=place, id=str(newest_of_the_oldest.pk)).text()
