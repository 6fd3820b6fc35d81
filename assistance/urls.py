"""Addresses of the steps of a case."""

from django.urls import path

from assistance import step_views

urlpatterns = [
    path("cases/<uuid:key>/steps/<slug:to>/", step_views.step, name="case-step"),
]
