"""A registrar of the demonstration's university, with a history to look at; and the pictures of her work.

`python .ci/console_scene.py` acts on the house of VAR_DIR and writes {name: address} as JSON: a link that signs her in,
and addresses of pages in each state.
"""

import json
import os
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.console_pages import sampled_pages, signed_in  # noqa: E402
from bench.console_things import furnish, own_values  # noqa: E402
from catalogue.models import Achievement  # noqa: E402
from issuing.models import Batch, BounceKind, Credential, Letter  # noqa: E402
from issuing.selectors import bearer_of  # noqa: E402
from issuing.services import (  # noqa: E402
    AwardOrder,
    BatchOptions,
    BatchOrder,
    accept_award,
    award_achievement,
    make_batch,
    revoke_credential,
    run_batch,
)
from registry.actors import SYSTEM  # noqa: E402
from registry.models import Organisation, Role, User  # noqa: E402
from registry.services import Recipient, add_member, one_time_sign_in_url  # noqa: E402

PEOPLE = [
    ("Ana Beispiel", "ana"),
    ("Jörg Muster", "joerg"),
    ("Li Wei Sample", "liwei"),
    ("Zoë Attrappe", "zoe"),
    ("Ole Vorlage", "ole"),
    ("Mara Entwurf", "mara"),
    ("Tom Testfall", "tom"),
    ("Ida Musterfrau", "ida"),
]
REGISTRAR = "gil.platzhalter@university.example"
PATIENCE_SECONDS = 120


def main() -> None:
    """Make the history and tell where it is."""
    organisation = Organisation.objects.get(slug="charite-berlin")
    user, _new = User.objects.get_or_create(email=REGISTRAR, defaults={"name": "Gil Platzhalter"})
    add_member(user=user, node=organisation.nodes.get(parent=None), role=Role.OWNER, actor=SYSTEM)
    published = Achievement.objects.filter(organisation=organisation, state="published").order_by("slug")
    first = published.select_related("issuer__node", "organisation")[0]
    awards = [award_achievement(order=_order(first, name, at), actor=SYSTEM) for name, at in PEOPLE]
    ends = time.monotonic() + PATIENCE_SECONDS
    while Credential.objects.filter(pk__in=[one.pk for one in awards]).count() < len(awards):
        if time.monotonic() > ends:
            raise SystemExit("The worker has not signed.")
        time.sleep(0.5)
    for award in awards[:5]:
        accept_award(award_id=award.pk, actor=bearer_of(award))
    revoke_credential(credential_id=awards[-1].pk, reason="It was awarded by mistake.", actor=SYSTEM)
    Letter.objects.filter(award=awards[-2]).update(
        state="sent", sent_at=timezone.now(), bounced_at=timezone.now(), bounce_kind=BounceKind.RETURNED
    )
    _awarded_file(published.select_related("issuer__node", "organisation")[1])
    home, checked = f"/console/{organisation.slug}/", _checked_file(first)
    addresses: dict[str, object] = {
        "REGISTRAR": one_time_sign_in_url(user),
        "HOME": home,
        "OVERVIEW": f"{home}overview/",
        "ENTRY": f"{home}achievements/{first.pk}/",
        "AWARD_ONE": f"{home}achievements/{first.pk}/award/",
        "AWARD_MANY": f"{home}achievements/{first.pk}/award-many/",
        "CHECKED": f"{home}batches/{checked.pk}/",
        "AWARDS": f"{home}awards/",
        "AWARD": f"{home}awards/{awards[0].pk}/",
        "CORRECT": f"{home}awards/{awards[0].pk}/correct/",
        "REVOKE": f"{home}awards/{awards[0].pk}/status/revoke/",
        "FILES": f"{home}batches/",
        "ADMINISTRATION": f"{home}administration/",
    }
    addresses["CONSOLE"], addresses["OPERATORS"] = _every_page(first, user)
    sys.stdout.write(json.dumps(addresses))


def _every_page(achievement: Achievement, registrar: User) -> list[dict[str, str]]:
    """Return name → address of every page of the console and of the operator, with something on it."""
    issuer = achievement.issuer
    furnish(issuer.slug, achievement.slug, registrar.email)
    own, found = own_values(issuer.slug, registrar.email), []
    operator = User.objects.filter(is_superuser=True).earliest("pk")
    for space, user in (("console", registrar), ("operator", operator)):
        client = signed_in(user.email)
        pages = sampled_pages(client, achievement.organisation.slug, own, space=space).pages
        found.append({name: at for name, at in pages.items() if " " not in name and _is_page(client, at)})
    return found


def _is_page(client: Client, address: str) -> bool:
    return client.get(address).headers.get("Content-Type", "").startswith("text/html")


def _order(achievement: Achievement, name: str, at: str) -> AwardOrder:
    return AwardOrder(achievement=achievement, recipient=Recipient(name=name, email=f"{at}@student.example"))


def _awarded_file(achievement: Achievement) -> None:
    """Award a file of twelve people."""
    lines = [f"student{number}@student.example,Student Number {number},2026-11-19" for number in range(1, 13)]
    content = "\n".join(("email,name,awarded_on", *lines)).encode()
    order = BatchOrder(achievement=achievement, content=content, kind="csv", options=BatchOptions(), confirm=True)
    run_batch(batch_id=make_batch(order=order, actor=SYSTEM, by_worker=False).pk)


def _checked_file(achievement: Achievement) -> Batch:
    """Make a file that was checked and waits, with rows of each kind."""
    rows = [f"learner{number}@student.example,Learner Number {number},2026-11-20" for number in range(1, 101)]
    rows[20] = "learner21@student.example,,2026-11-20"
    rows[60] = "no-address,Learner Number 61,2026-02-31"
    rows[80] = "ana@student.example,Ana Beispiel,2026-11-20"
    order = BatchOrder(
        achievement=achievement,
        content="\n".join(("email,name,awarded_on", *rows)).encode(),
        kind="csv",
        options=BatchOptions(on_error="skip"),
        confirm=False,
    )
    batch = make_batch(order=order, actor=SYSTEM, by_worker=False)
    run_batch(batch_id=batch.pk)
    return batch


if __name__ == "__main__":
    main()
