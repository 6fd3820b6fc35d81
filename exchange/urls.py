"""Addresses of the files of lists."""

from django.urls import path

from exchange import export_views

urlpatterns = [
    path("exports/", export_views.exports, name="exports"),
    path("exports/<uuid:key>/file/", export_views.export_file, name="exports-file"),
    path("exports/<uuid:key>/cancel/", export_views.export_cancel, name="exports-cancel"),
]
