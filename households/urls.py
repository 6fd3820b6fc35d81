"""Addresses of what a person sees of herself, and of what is recorded at the exit gate."""

from django.urls import path

from households import gate_views, views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("cases/<uuid:key>/risks/", gate_views.assess, name="risk-assess"),
    path("cases/<uuid:key>/waivers/", gate_views.waive, name="gate-waive"),
    path("waivers/<uuid:key>/withdraw/", gate_views.withdraw, name="gate-waiver-withdraw"),
]
