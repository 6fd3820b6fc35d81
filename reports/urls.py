"""Addresses of the figure pages."""

urlpatterns: list = []
