"""On whose behalf a credential is looked at: one value, which every page, file and command asks."""

from __future__ import annotations

from enum import Enum, auto

from issuing.models import Credential
from registry.models import Visibility


class Access(Enum):
    """Who looks."""

    STRANGER = auto()
    """Somebody with nothing but the address."""
    BEARER = auto()
    """Whoever holds its claim link: sees it whatever its visibility, on pages that nothing keeps."""
    OPERATOR = auto()
    """The installation's own shell."""

    def opens(self, credential: Credential) -> bool:
        """Tell whether this one may see a credential's content."""
        return self is not Access.STRANGER or credential.visibility != Visibility.PRIVATE
