"""Each act on what an organisation's letters carry, as the tests of roles and of doing it twice try it."""

from collections.abc import Callable

from issuing.services import MailIdentityOrder, set_mail_identity, set_mail_logo
from registry.models import Role
from tests.at_once import Case
from tests.issuing.builders import build_achievement
from tests.registry.builders import root_of


def _saying_whose_mail() -> Case:
    house = build_achievement().organisation
    order = MailIdentityOrder(organisation=house, contact="office@example.org")
    return Case(
        do=lambda actor: set_mail_identity(order=order, actor=actor),
        node=root_of(house),
        role=Role.ADMIN,
        entry="mail.identity_set",
        second="edited-meanwhile",
        row=house,
    )


def _choosing_a_logo() -> Case:
    house = build_achievement().organisation
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect width="300" height="80"/></svg>'
    return Case(
        do=lambda actor: set_mail_logo(organisation=house, upload=logo, actor=actor),
        node=root_of(house),
        role=Role.ADMIN,
        entry="mail.logo_set",
        row=house,
    )


LETTER_CASES: dict[str, Callable[[], Case]] = {
    "set_mail_identity": _saying_whose_mail,
    "set_mail_logo": _choosing_a_logo,
}
