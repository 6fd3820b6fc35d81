"""Addresses of plans and measures, and of the steps of a case."""

from django.urls import path

from assistance import measure_views, plan_views, step_views

urlpatterns = [
    path("cases/<uuid:key>/steps/<slug:to>/", step_views.step, name="case-step"),
    path("cases/<uuid:key>/plan/", plan_views.plan, name="plan"),
    path("cases/<uuid:key>/measures/", measure_views.form, name="measure-plan"),
    path("measures/<uuid:key>/", measure_views.measure, name="measure"),
    path("measures/<uuid:key>/photo/", measure_views.photo, name="measure-photo"),
]
