"""`manage.py api_keys`: a key is shown once, works, and stops when revoked."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.selectors import live_api_key
from registry.services import secret_hash
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict:
    out = StringIO()
    call_command("api_keys", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_created_key_is_alive_until_it_is_revoked():
    organisation = build_organisation()
    made = run("create", organisation.slug, "LMS", "--scope", "awards:write")

    assert live_api_key(secret_hash(made["key"])).organisation == organisation
    assert run("list", organisation.slug) == {
        made["prefix"]: {"name": "LMS", "scopes": ["awards:write"], "revoked": False}
    }
    run("revoke", made["prefix"])
    assert live_api_key(secret_hash(made["key"])) is None


def test_unknown_organisation_or_key_is_told_with_what_to_do():
    with pytest.raises(CommandError, match="There is no organisation"):
        run("create", "nobody", "LMS")
    with pytest.raises(CommandError, match="list ORGANISATION"):
        run("revoke", "tm_nothing")


def test_result_reads_like_words_not_like_a_program():
    organisation = build_organisation()
    made = run("create", organisation.slug, "LMS", "--scope", "awards:write", "--scope", "awards:read")
    out = StringIO()
    call_command("api_keys", "list", organisation.slug, stdout=out)
    assert out.getvalue() == f"{made['prefix']}: LMS (in use; awards:read, awards:write)\n"

    run("revoke", made["prefix"])
    call_command("api_keys", "list", organisation.slug, stdout=out)
    assert "LMS (revoked; awards:read, awards:write)" in out.getvalue()
    call_command("api_keys", "create", organisation.slug, "Portal", stdout=out)
    assert not set(out.getvalue()) & set("[]{}'")
