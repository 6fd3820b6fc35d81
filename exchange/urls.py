"""Addresses of files that come in, of the files of lists, and of one's own subscriptions to changes."""

from django.urls import path

from exchange import export_views, import_views, webhook_views

urlpatterns = [
    path("exports/", export_views.exports, name="exports"),
    path("exports/<uuid:key>/file/", export_views.export_file, name="exports-file"),
    path("exports/<uuid:key>/cancel/", export_views.export_cancel, name="exports-cancel"),
    path("imports/", import_views.index, name="imports"),
    path("imports/templates/<slug:kind>.xlsx", import_views.template, name="import-template"),
    path("imports/<uuid:key>/", import_views.run, name="import"),
    path("imports/<uuid:key>/progress/", import_views.progress, name="import-progress"),
    path("imports/<uuid:key>/columns/", import_views.columns, name="import-columns"),
    path("imports/<uuid:key>/faulty.xlsx", import_views.faulty, name="import-faulty"),
    path("imports/<uuid:key>/<slug:act>/", import_views.act, name="import-act"),
    path("profile/webhooks/", webhook_views.index, name="webhooks"),
    path("profile/webhooks/<uuid:key>/", webhook_views.webhook, name="webhook"),
    path("profile/webhooks/<uuid:key>/<slug:act>/", webhook_views.act_on, name="webhook-act"),
    path("profile/webhooks/messages/<uuid:key>/replay/", webhook_views.replay, name="webhook-replay"),
]
