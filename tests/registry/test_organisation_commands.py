"""Organisations, their people and their machines from the shell: no line of Python, and safe to repeat."""

import datetime as dt
import json
from io import StringIO

import pytest
from allauth.idp.oidc.models import Client as OidcClient
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.models import AuditEntry, Issuer, Membership, OAuthClient, Organisation, Role, TrustedIssuer, User
from registry.selectors import live_oauth_client, organisation_by_identifier
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db
EXAMPLE = ("organisations", "create", "example", "--name", "Example University", "--kind", "formal", "--country", "NL")


def run(*arguments: str) -> list[dict]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def refusal_of(*arguments: str) -> dict:
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*arguments, "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["state"], told["remedy"]) == ("refused", str(refused.value))
    assert refused.value.returncode == 1
    return told


def test_organisation_is_made_once_with_everything_it_says():
    more = (
        "--name-de", "Beispiel-Universität", "--name-en-NZ=Example Wānanga", "--timezone", "Europe/Amsterdam",
        "--identifier", "SCHAC=example.nl", "--identifier", "BRIN=21PL", "--visibility", "unlisted",
        "--signing-policy", "at_claim",
    )  # fmt: skip

    (made,), (again,) = run(*EXAMPLE, *more), run(*EXAMPLE, *more)

    kept = Organisation.objects.get()
    assert (made.pop("state"), again.pop("state")) == ("created", "unchanged")
    assert made == again
    assert kept.name == {"en": "Example University", "de": "Beispiel-Universität", "en-NZ": "Example Wānanga"}
    assert (kept.kind, kept.country, kept.timezone) == ("formal", "NL", "Europe/Amsterdam")
    assert (kept.default_visibility, kept.signing_policy) == ("unlisted", "at_claim")
    assert organisation_by_identifier("21PL") == kept
    assert AuditEntry.objects.filter(act="organisation.created").count() == 1
    (listed,) = run("organisations", "list")
    assert listed["slug"] == "example"
    assert listed["nodes"] == {kept.nodes.get().path: kept.name}


def test_organisation_of_the_same_slug_that_differs_is_refused():
    run(*EXAMPLE)

    told = refusal_of(*EXAMPLE, "--timezone", "Europe/Berlin", "--visibility", "public")

    assert told["code"] == "differs"
    assert "timezone, default_visibility" in told["remedy"]


def test_numbers_of_an_organisation_are_stated_later():
    run(*EXAMPLE)

    (told,) = run(*EXAMPLE, "--identifier", "BRIN=21PL")

    assert (told["state"], told["identifiers"]) == ("changed", [["BRIN", "21PL"]])


def test_every_fault_of_an_organisation_is_told_at_once():
    told = refusal_of(
        "organisations", "create", "Not A Slug", "--name", " ", "--name-toolonglanguage", "x", "--kind", "formal",
        "--country", "XX", "--timezone", "Mars/Base", "--identifier", "BRIN=1", "--identifier", "SHOE=44",
    )  # fmt: skip

    assert told["code"] == "organisation-refused"
    for fault in ("Not A Slug", "name of one line", "toolonglanguage", "XX", "Mars/Base", "BRIN", "SHOE"):
        assert fault in told["remedy"]
    assert [(one["column"], one["code"]) for one in told["problems"]] == [
        ("slug", "slug"),
        ("name", "name"),
        ("name.toolonglanguage", "language-tag"),
        ("country", "country"),
        ("numbers.0", "number-form"),
        ("numbers.1", "number-kind"),
        ("timezone", "time-zone"),
    ]
    assert not Organisation.objects.exists()


def test_member_is_added_changed_listed_and_removed():
    organisation = build_organisation()
    add = ("members", "add", organisation.slug, "Rita@Example.org", "awarder")

    (made,), (again,) = run(*add, "--name", "Rita Registrar"), run(*add)
    (changed,) = run(*add, "--until", "2030-06-30")

    user = User.objects.get(email="rita@example.org")
    assert (user.name, user.has_usable_password()) == ("Rita Registrar", False)
    assert [one["state"] for one in (made, again, changed)] == ["added", "unchanged", "changed"]
    assert changed["until"] == "2030-07-01T00:00:00+00:00"
    assert ("rita@example.org", "awarder", "holds") in [
        (one["email"], one["role"], one["state"]) for one in run("members", "list", organisation.slug)
    ]
    assert [one["state"] for one in run("members", "remove", organisation.slug, "rita@example.org")] == ["removed"]
    assert [one["state"] for one in run("members", "remove", organisation.slug, "rita@example.org")] == ["unchanged"]
    assert not Membership.objects.filter(user=user).exists()


def test_role_that_is_over_is_listed_as_ended():
    organisation = build_organisation()
    run("members", "add", organisation.slug, "rita@example.org", "viewer")
    Membership.objects.filter(role="viewer").update(valid_until=timezone.now() - dt.timedelta(days=1))

    assert "ended" in [one["state"] for one in run("members", "list", organisation.slug)]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["remove", "{slug}", "{owner}"], id="all roles removed"),
        pytest.param(["remove", "{slug}", "{owner}", "owner"], id="role removed"),
        pytest.param(["add", "{slug}", "{owner}", "owner", "--until", "2030-01-01"], id="role given an end"),
    ],
)
def test_last_owner_stays(command):
    organisation = build_organisation()
    owner = Membership.objects.get(role=Role.OWNER).user.email
    run("members", "add", organisation.slug, owner, "viewer")

    told = refusal_of("members", *(part.format(slug=organisation.slug, owner=owner) for part in command))

    assert told["code"] == "last-owner"
    assert set(Membership.objects.values_list("role", "valid_until")) == {("owner", None), ("viewer", None)}


def test_member_of_a_bad_address_is_refused():
    assert refusal_of("members", "add", build_organisation().slug, "nobody", "viewer")["code"] == "bad-email"


def test_place_of_another_organisation_is_none_of_this_one():
    own, other = build_organisation(), build_organisation()

    told = refusal_of("members", "add", own.slug, "a@example.org", "viewer", "--node", other.nodes.get().path)

    assert told["code"] == "node-unknown"


def test_issuer_is_made_once_and_entered_in_the_register():
    organisation = build_organisation()
    create = (
        "issuers",
        "create",
        organisation.slug,
        "example",
        "--name",
        "Example",
        "--name-de",
        "Beispiel",
        "--trusted",
    )

    (made,), (again,) = run(*create), run(*create)

    assert (made.pop("state"), again.pop("state")) == ("created", "unchanged")
    assert made == again
    assert TrustedIssuer.objects.get().did == made["did"] == Issuer.objects.get().did
    assert [(one["slug"], one["state"]) for one in run("issuers", "list")] == [("example", "key_pending")]
    assert run("issuers", "list", build_organisation().slug) == []
    told = refusal_of("issuers", "create", build_organisation().slug, "example", "--name", "Thief")
    assert (told["code"], "organisation, name" in told["remedy"]) == ("differs", True)


def test_issuer_whose_slug_cannot_stand_in_a_did_is_refused():
    told = refusal_of(
        "issuers", "create", build_organisation().slug, "a:b", "--name", "x", "--email", "nobody", "--url", "nowhere"
    )

    assert told["code"] == "issuer-refused"
    assert [(one["column"], one["code"]) for one in told["problems"]] == [
        ("slug", "slug"),
        ("email", "bad-email"),
        ("url", "bad-address"),
    ]
    assert not Issuer.objects.exists()


def test_issuer_whose_key_nobody_makes_is_told(monkeypatch):
    monkeypatch.setattr("issuing.management.commands.issuers.PATIENCE_SECONDS", 0.1)

    with pytest.raises(SystemExit) as waited:
        run("issuers", "create", build_organisation().slug, "example", "--name", "Example", "--wait")

    assert waited.value.code == 2


def test_client_is_made_once_shown_once_and_revoked():
    organisation = build_organisation()
    create = ("oauth_clients", "create", organisation.slug, "Campus", "--scope", "awards:write", "awards:read")

    (made,), (again,) = run(*create), run(*create)

    client = OidcClient.objects.get(pk=made["client_id"])
    assert (made["state"], client.check_secret(made["client_secret"])) == ("created", True)
    assert (again["state"], again["client_secret"], again["client_id"]) == ("unchanged", None, made["client_id"])
    assert made["scopes"] == ["awards:read", "awards:write"]
    assert live_oauth_client(client.id).organisation_id == organisation.pk
    assert refusal_of(*create, "catalogue:write")["code"] == "differs"
    assert [one["state"] for one in run("oauth_clients", "list", organisation.slug)] == ["in use"]
    assert [one["state"] for one in run("oauth_clients", "revoke", client.id)] == ["revoked"]
    assert [one["state"] for one in run("oauth_clients", "revoke", client.id)] == ["unchanged"]
    assert live_oauth_client(client.id) is None
    assert [one["state"] for one in run("oauth_clients", "list")] == ["revoked"]
    assert run(*create)[0]["client_id"] != client.id


def test_client_ends_after_its_last_day():
    organisation = build_organisation()
    create = ("oauth_clients", "create", organisation.slug, "Campus", "--scope", "awards:read")

    (made,) = run(*create, "--expires", "2030-01-31")

    assert made["expires_at"] == "2030-02-01T00:00:00+00:00"
    assert live_oauth_client(made["client_id"]) is not None
    OAuthClient.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert live_oauth_client(made["client_id"]) is None
    told = refusal_of(
        "oauth_clients", "create", organisation.slug, " ", "--scope", "awards:read", "--expires", "2020-01-01"
    )
    assert {(one["column"], one["code"]) for one in told["problems"]} == {("name", "name"), ("expires_at", "over")}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["members", "list", "nowhere"], id="members"),
        pytest.param(["issuers", "create", "nowhere", "x", "--name", "x"], id="issuers"),
        pytest.param(["oauth_clients", "create", "nowhere", "x", "--scope", "awards:read"], id="oauth_clients"),
        pytest.param(["api_keys", "list", "nowhere"], id="api_keys"),
    ],
)
def test_unknown_organisation_is_told_with_those_there_are(command):
    known = build_organisation()

    told = refusal_of(*command)

    assert told["code"] == "organisation-unknown"
    assert known.slug in told["remedy"]


def test_answers_are_words_without_json():
    out = StringIO()
    call_command(*EXAMPLE, stdout=out)
    call_command("members", "add", "example", "rita@example.org", "owner", stdout=out)
    call_command("issuers", "create", "example", "example", "--name", "Example", stdout=out)
    call_command("oauth_clients", "list", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0] == "example (created): Example University, formal, NL"
    assert lines[1] == "rita@example.org: owner (added)"
    assert lines[2].startswith("example (created): Example, did:web:")
    assert lines[3] == "There are none yet."
