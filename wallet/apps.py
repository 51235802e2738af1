"""The wallet room as a Django app."""

from django.apps import AppConfig


class WalletConfig(AppConfig):
    """Register the room."""

    name = "wallet"
