"""Addresses of the overview, of the lists behind its figures, of indicators, reconciliations and divisions."""

from django.urls import path, re_path

from reports import (
    case_views,
    component_views,
    division_views,
    household_views,
    indicator_views,
    quality_views,
    search_views,
    source_views,
    views,
    work_views,
)

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("home/", work_views.home, name="home"),
    path("my-work/", work_views.work, name="work"),
    path("figures/<str:code>/", views.figure, name="figure"),
    path("households/", household_views.households, name="households"),
    path("households/assign/", household_views.assign, name="households-assign"),
    path("households/<uuid:key>/", household_views.household, name="household"),
    path("cases/", case_views.cases, name="cases"),
    path("cases/<uuid:key>/", case_views.case, name="case"),
    path("divisions/search/", search_views.divisions, name="division-search"),
    path("components/", component_views.components, name="components"),
    path("divisions/", division_views.index, name="divisions"),
    re_path(r"^divisions/(?P<code>\d+)/$", division_views.division, name="division"),
    path("indicators/", indicator_views.index, name="indicators"),
    path("indicators/<str:code>/", indicator_views.indicator, name="indicator"),
    path("quality/", quality_views.quality, name="quality"),
    path("reconciliations/", source_views.shelf, name="reconciliations"),
    path("reconciliations/<str:source_id>/", source_views.reconciliation, name="reconciliation"),
    path("reconciliations/<str:source_id>/<str:part>.csv", source_views.sheet, name="reconciliation-sheet"),
]
