"""The logo that an organisation's letters carry."""

from __future__ import annotations

from django.db import transaction

from catalogue.badges.uploads import read_logo
from issuing.models import MailIdentity
from registry.actors import Actor
from registry.audit import record_act
from registry.models import Organisation, Role
from registry.permissions import require_role


@transaction.atomic
def set_mail_logo(*, organisation: Organisation, upload: bytes | None, actor: Actor) -> MailIdentity:
    """Put a logo into the letters that leave from now on, or take it out (None); the same one again changes nothing.

    Args:
        organisation: whose letters.
        upload: a PNG or an SVG as it came.
        actor: who asks for it.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` does not administer the organisation.
        RuleBrokenError: it is no picture that can be used (`catalogue.badges.uploads`).
    """
    house = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require_role(actor, house.nodes.get(parent=None), Role.ADMIN)
    logo = read_logo(upload) if upload is not None else b""
    kept = MailIdentity.objects.filter(pk=house.pk).first() or MailIdentity(organisation=house)
    if bytes(kept.logo) == logo:
        return kept
    kept.logo = logo
    kept.save()
    record_act(actor, "mail.logo_set" if logo else "mail.logo_taken_out", house, organisation=house)
    return kept
