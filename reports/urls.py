"""Addresses of the overview, of the lists behind its figures, of indicators and reconciliations."""

from django.urls import path

from reports import indicator_views, source_views, views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("figures/<str:code>/", views.figure, name="figure"),
    path("indicators/", indicator_views.index, name="indicators"),
    path("indicators/<str:code>/", indicator_views.indicator, name="indicator"),
    path("reconciliations/", source_views.shelf, name="reconciliations"),
    path("reconciliations/<str:source_id>/", source_views.reconciliation, name="reconciliation"),
    path("reconciliations/<str:source_id>/<str:part>.csv", source_views.sheet, name="reconciliation-sheet"),
]
