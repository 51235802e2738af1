"""Keys and clients of machines as cases: made, replaced with overlap, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from registry.actors import SYSTEM
from registry.permissions import Scope
from registry.services import (
    create_api_key,
    create_oauth_client,
    revoke_api_key,
    revoke_oauth_client,
    rotate_api_key,
    rotate_oauth_client,
)
from tests.at_once import Case
from tests.registry.acts_of_faculties import at_place, new_root

SCOPES = [Scope.AWARDS_READ]


def _making_a_key() -> Case:
    node = new_root()
    act = partial(create_api_key, node=node, name="key", scopes=SCOPES)
    return at_place(node, lambda actor: act(actor=actor), entry="api_key.created", entries=2)


def _revoking_a_key() -> Case:
    node = new_root()
    key, _secret = create_api_key(node=node, name="key", scopes=SCOPES, actor=SYSTEM)
    return at_place(node, lambda actor: revoke_api_key(key=key, actor=actor), entry="api_key.revoked")


def _replacing_a_key() -> Case:
    node = new_root()
    key, _secret = create_api_key(node=node, name="key", scopes=SCOPES, actor=SYSTEM)
    act = partial(rotate_api_key, key=key, overlap=dt.timedelta(days=1))
    return at_place(node, lambda actor: act(actor=actor), entry="api_key.rotated", second="already-ending", row=key)


def _replacing_a_client() -> Case:
    node = new_root()
    client, _secret = create_oauth_client(node=node, name="client", scopes=SCOPES, actor=SYSTEM)
    act = partial(rotate_oauth_client, client=client, overlap=dt.timedelta(days=1))
    return at_place(
        node, lambda actor: act(actor=actor), entry="oauth_client.rotated", second="already-ending", row=client
    )


def _making_a_client() -> Case:
    node = new_root()
    act = partial(create_oauth_client, node=node, name="client", scopes=SCOPES)
    return at_place(node, lambda actor: act(actor=actor), entry="oauth_client.created", row=node.organisation)


def _revoking_a_client() -> Case:
    node = new_root()
    client, _secret = create_oauth_client(node=node, name="client", scopes=SCOPES, actor=SYSTEM)
    return at_place(node, lambda actor: revoke_oauth_client(client=client, actor=actor), entry="oauth_client.revoked")


OF_MACHINES: dict[str, Callable[[], Case]] = {
    "create_api_key": _making_a_key,
    "revoke_api_key": _revoking_a_key,
    "rotate_api_key": _replacing_a_key,
    "create_oauth_client": _making_a_client,
    "revoke_oauth_client": _revoking_a_client,
    "rotate_oauth_client": _replacing_a_client,
}
