"""Addresses of what a person sees of herself, of what is recorded at the exit gate, and of standards."""

from django.urls import path

from households import gate_views, standard_views, views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("cases/<uuid:key>/risks/", gate_views.assess, name="risk-assess"),
    path("cases/<uuid:key>/waivers/", gate_views.waive, name="gate-waive"),
    path("waivers/<uuid:key>/withdraw/", gate_views.withdraw, name="gate-waiver-withdraw"),
    path("standards/", standard_views.index, name="standards"),
    path("standards/<uuid:key>/withdraw/", standard_views.withdraw, name="standard-withdraw"),
    path("standards/<slug:kind>/<slug:code>/", standard_views.standard, name="standard"),
    path("lines/", standard_views.lines, name="lines"),
]
