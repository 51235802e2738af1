"""Model fields that the rooms share."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LANGUAGE_TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def validate_language_map(value: object) -> None:
    """Refuse anything but a map from BCP 47 tags to texts."""
    if not isinstance(value, dict) or not all(
        isinstance(tag, str) and LANGUAGE_TAG.match(tag) and isinstance(text, str) for tag, text in value.items()
    ):
        raise ValidationError(
            _('Write a text per language, for example {"en": "Basics"}.'),
            code="language-map",
        )


class LanguageMapField(models.JSONField):
    """One text in several languages: {"en": "…", "de": "…"}."""

    default_validators = [validate_language_map]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)
