"""The words of verdicts: each says what was found out, and nothing beyond it."""

import pytest
from django.utils.translation import override

from verification.wording.variants import VARIANTS


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_said_about_what_could_not_be_read(language):
    with override(language):
        words = [str(VARIANTS[name].yours) for name in VARIANTS if name.startswith("could-not-confirm/")]

    assert not [said for said in words if "itself" in said or "selbst" in said]
