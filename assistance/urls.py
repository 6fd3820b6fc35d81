"""Addresses of plans and measures, of the steps of a case, and of the moves of a household."""

from django.urls import path

from assistance import change_views, measure_views, plan_views, step_views

urlpatterns = [
    path("households/<uuid:key>/move/", change_views.move, name="household-move"),
    path("cases/<uuid:key>/steps/<slug:to>/", step_views.step, name="case-step"),
    path("cases/<uuid:key>/plan/", plan_views.plan, name="plan"),
    path("cases/<uuid:key>/measures/", measure_views.form, name="measure-plan"),
    path("measures/<uuid:key>/", measure_views.measure, name="measure"),
    path("measures/<uuid:key>/amend/", measure_views.amend, name="measure-amend"),
    path("measures/<uuid:key>/photo/", measure_views.photo, name="measure-photo"),
]
