"""Every address of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from accounts.oauth_api import ClientToken
from common.parameters import takes

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("config.api")),  # first: each pattern before it would cost every call of the API
    path("oauth2/token", ClientToken.as_view(), name="oauth-token"),
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("", include("households.urls")),
    path("", include("assistance.urls")),
    path("", include("exchange.urls")),
    path("language/", takes("next")(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "common.views.bad_request"
handler403 = "common.views.not_allowed"
handler404 = "common.views.not_found"
handler500 = "common.views.fault"
