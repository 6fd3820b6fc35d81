"""The technical site: its passwords and codes go through the doors that everyone has for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.refusals import NotAllowed


class TechnicalSite(AdminSite):
    """Records as they are kept, for those who run the product."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door for passwords and codes; who is signed in and was sent here is not admitted."""
        if request.user.is_authenticated:
            raise NotAllowed(_("Your account is not admitted to the technical site. Ask who runs the site."))
        onward = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse('sign-in')}?{onward}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One's own password is changed on the page that everyone has for it, and audited there."""
        return redirect("password")


class TechnicalSiteConfig(AdminConfig):
    default_site = "config.technical_site.TechnicalSite"
