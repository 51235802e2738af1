"""Organisations with people who work in the console, and a browser that is signed in as one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from django.test import Client

from catalogue.models import Achievement
from issuing.models import Award
from registry.actors import SYSTEM
from registry.models import Role, User
from registry.services import register_host
from tests.issuing.builders import build_achievement, build_issuer
from tests.registry.builders import build_member
from tests.verification.builders import BASE_URL


@dataclass
class House:
    """An achievement of an organisation, and somebody who holds a role in it."""

    achievement: Achievement
    client: Client
    user: User

    @property
    def home(self) -> str:
        return f"/console/{self.achievement.organisation.slug}/"

    @property
    def award_page(self) -> str:
        return f"{self.home}achievements/{self.achievement.pk}/award/"

    def page_of(self, award: Award) -> str:
        return f"{self.home}awards/{award.pk}/"

    def read(self, address: str, **data: str) -> str:
        return self.client.get(address, data).content.decode()


def build_house(role: Role = Role.AWARDER, *, achievement: Achievement | None = None, **organisation) -> House:
    """Build an organisation with an achievement, and sign somebody in who holds a role there."""
    if achievement is None:
        register_host(base_url=BASE_URL, actor=SYSTEM)
        achievement = build_achievement(build_issuer(**organisation))
    member = build_member(achievement.issuer.node, role)
    user = User.objects.get(pk=member.user_id)
    return House(achievement, signed_in(user), user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def filled(page: str) -> dict[str, str]:
    """Return what a page's form with an act would send: its hidden and filled fields."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if 'name="act"' in one)
    inputs = re.findall(r"<input[^>]*>", form)
    named = {}
    for one in inputs:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name and 'type="radio"' not in one:
            named[name[1]] = unescape(value[1]) if value else ""
    return named


def problems(page: str) -> list[str]:
    """Return what the summary of a form names, tags taken out."""
    found = re.search(r'<div class="summary.*?</div>', page, re.DOTALL)
    items = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    return [re.sub(r"(<[^>]+>|\s)+", " ", one).strip() for one in items]
