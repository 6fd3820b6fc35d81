"""Addresses of what a person sees of herself."""

from django.urls import path

from households import views

urlpatterns = [path("profile/", views.profile, name="profile")]
