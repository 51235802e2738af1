"""What the visitors of `bench hostile` need from the house: an API key, a document, a status list's path."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

import django


def main(what: str) -> None:
    """Prepare and write the facts as the last line of standard output."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from catalogue.models import Achievement
    from issuing.models import Credential
    from registry.actors import SYSTEM
    from registry.permissions import Scope
    from registry.services import create_api_key

    if what == "static":
        call_command("collectstatic", interactive=False, verbosity=0)
        sys.stdout.write("{}\n")
        return
    achievement = Achievement.objects.select_related("issuer__node").get()
    document = Credential.objects.exclude(document=None).values_list("document", flat=True)[0] or ""
    listed = json.loads(document)["credentialStatus"]["statusListCredential"]
    _key, secret = create_api_key(node=achievement.issuer.node, name="hostile", scopes=list(Scope), actor=SYSTEM)
    facts = {
        "host": urlsplit(settings.PUBLIC_URL).netloc,
        "status_list": urlsplit(listed).path,
        "document": document,
        "api_key": secret,
        "achievement": f"{achievement.issuer.slug}/{achievement.slug}",
    }
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
