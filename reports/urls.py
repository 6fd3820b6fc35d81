"""Addresses of the overview and of the lists behind its figures."""

from django.urls import path

from reports import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("figures/<str:code>/", views.figure, name="figure"),
]
