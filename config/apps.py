"""Django's administration with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class OperatorAdminConfig(AdminConfig):
    """Found by its name in the settings: Django looks for the site when everything else is loaded."""

    default_site = "config.admin_site.OperatorSite"
