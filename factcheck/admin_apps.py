"""Puts our admin site in the place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """``admin.site`` is a :class:`factcheck.admin_site.DeskAdminSite`."""

    default_site = "factcheck.admin_site.DeskAdminSite"
