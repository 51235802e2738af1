"""Lists in pages: a number that is not there is told, never silently another page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from registry.errors import NotFoundError

_NUMBER: Final = re.compile(r"[0-9]{1,9}")


class NoSuchPageError(NotFoundError):
    """A list has no page of this number."""

    code, message = "no-such-page", _("This list has no page {page}. Its last page is number {last}.")


def page_of(items: Sequence[Any], size: int, asked: str) -> Page[Any]:
    """Return the page asked for; an empty number is the first page.

    Raises:
        NoSuchPageError: not a number, or none of this list's pages.
    """
    paginator: Paginator[Any] = Paginator(items, size)
    number = int(asked) if _NUMBER.fullmatch(asked) else int(not asked)
    if not 1 <= number <= paginator.num_pages:
        raise NoSuchPageError(page=asked[:20], last=paginator.num_pages)
    return paginator.page(number)
