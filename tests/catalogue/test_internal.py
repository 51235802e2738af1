"""An entry for members alone: strangers find it nowhere and are told nothing, members find it by its address."""

import pytest
from django.test import Client

from catalogue.models import AchievementKind, Audience, CatalogueSearchText, RelationKind
from catalogue.search import matching_texts
from catalogue.services import (
    AchievementOrder,
    create_achievement,
    edit_achievement,
    plan_achievement,
    publish_achievement,
    relate_achievements,
    set_audience,
)
from registry.actors import SYSTEM
from registry.errors import RoleRequiredError
from registry.models import Role, User
from registry.permissions import Scope
from tests.catalogue.builders import build_content, build_published, fresh, named
from tests.integrations.builders import Machine, build_machine, build_tenant
from tests.registry.builders import build_issuer, build_member, build_organisation, root_of

pytestmark = pytest.mark.django_db
ENDS = ("", "v/1/", "v/1.json")


def build_internal(issuer=None):
    version = build_published(issuer, **named("Night shift induction"))
    set_audience(achievement=version.achievement, audience=Audience.ORGANISATION, actor=SYSTEM)
    return type(version).objects.get(pk=version.pk)


def paths_of(version):
    place = f"/catalogue/{version.achievement.issuer.slug}/{version.achievement.slug}"
    return [*(f"{place}/{end}" for end in ENDS), f"{place}.json"]


def signed_in(actor):
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_strangers_find_it_nowhere():
    version = build_internal()
    issuer = version.achievement.issuer

    for path in ("/", "/catalogue/", "/catalogue/?q=night", f"/issuers/{issuer.slug}/", "/sitemap.xml"):
        page = Client().get(path).content.decode()
        assert "Night shift" not in page
        assert version.achievement.slug not in page
    assert not matching_texts("night").exists()


def test_a_stranger_reads_the_same_as_of_an_entry_that_is_not_there():
    version = build_internal()
    stranger = build_member(root_of(build_organisation()), Role.OWNER)

    for path in paths_of(version):
        nothing = path.replace(version.achievement.slug, "x" * len(version.achievement.slug))
        for client in (Client(), signed_in(stranger)):
            answer, unknown = client.get(path), client.get(nothing)
            assert answer.status_code == unknown.status_code == 404
            assert answer.content.decode().replace(
                version.achievement.slug, "x" * 7
            ) == unknown.content.decode().replace("x" * len(version.achievement.slug), "x" * 7)


def test_a_member_reads_it_and_no_cache_keeps_it():
    version = build_internal()
    member = signed_in(build_member(root_of(version.achievement.organisation), Role.VIEWER))

    for path in paths_of(version):
        answer = member.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "For members of the organisation only" in member.get(paths_of(version)[0]).content.decode()


def test_other_entries_do_not_tell_strangers_of_it():
    version = build_internal()
    public = build_published(version.achievement.issuer, **named("Open course"))
    relate_achievements(
        achievement=public.achievement, kind=RelationKind.DERIVED_FROM, other=version.achievement, actor=SYSTEM
    )
    member = signed_in(build_member(root_of(version.achievement.organisation), Role.VIEWER))

    assert "Night shift" not in Client().get(paths_of(public)[0]).content.decode()
    assert "Others derived from it:" in member.get(paths_of(version)[0]).content.decode()


def test_a_related_entry_of_another_organisation_stays_its_own_secret():
    other, mine = build_internal(), build_internal()
    relate_achievements(
        achievement=mine.achievement, kind=RelationKind.EQUIVALENT, other=other.achievement, actor=SYSTEM
    )
    member = signed_in(build_member(root_of(mine.achievement.organisation), Role.VIEWER))

    assert other.achievement.slug not in member.get(paths_of(mine)[0]).content.decode()


@pytest.mark.parametrize("show", [publish_achievement, plan_achievement])
def test_what_is_made_for_members_is_never_shown_on_the_way(show):
    order = AchievementOrder(
        issuer=build_issuer(),
        slug="inside",
        kind=AchievementKind.DOCUMENT,
        content=build_content(),
        audience=Audience.ORGANISATION,
    )
    show(achievement=create_achievement(order=order, actor=SYSTEM).achievement, actor=SYSTEM)

    assert not CatalogueSearchText.objects.exists()


def test_an_internal_entry_can_be_opened_and_its_newest_published_version_is_found():
    version = build_internal()
    edit_achievement(achievement=fresh(version), content=build_content(**named("Draft")), actor=SYSTEM)

    set_audience(achievement=fresh(version), audience=Audience.PUBLIC, actor=SYSTEM)

    assert [row.version_id for row in matching_texts("night")] == [version.pk]
    assert Client().get(paths_of(version)[0]).status_code == 200


def test_only_an_editor_says_who_finds_an_entry():
    version = build_published()
    viewer = build_member(root_of(version.achievement.organisation), Role.VIEWER)

    with pytest.raises(RoleRequiredError):
        set_audience(achievement=version.achievement, audience=Audience.ORGANISATION, actor=viewer)


def test_machines_list_it_with_a_key_of_its_organisation_only():
    tenant, other = build_tenant(), build_tenant()
    set_audience(achievement=tenant.published, audience=Audience.ORGANISATION, actor=SYSTEM)
    address = "/api/v1/achievements"
    name = str(tenant.published.pk)

    seen = {
        "own": build_machine(tenant),
        "own, without the scope": build_machine(tenant, Scope.AWARDS_READ),
        "another's": build_machine(other),
        "none": Machine(),
    }

    listed = {who: name in {row["id"] for row in one.get(address).json()["results"]} for who, one in seen.items()}
    read = {who: one.get(f"{address}/{name}").status_code for who, one in seen.items()}
    assert listed == {"own": True, "own, without the scope": False, "another's": False, "none": False}
    assert read == {"own": 200, "own, without the scope": 404, "another's": 404, "none": 404}
