"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import DefaultRouter

from households.api import DivisionViewSet, HouseholdViewSet
from reports.api import CaseViewSet, IndicatorViewSet, ReconciliationViewSet

router = DefaultRouter(trailing_slash=False)
router.include_root_view = False
router.include_format_suffixes = False
router.register("divisions", DivisionViewSet, basename="division")
router.register("households", HouseholdViewSet, basename="household")
router.register("cases", CaseViewSet, basename="case")
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("reconciliations", ReconciliationViewSet, basename="reconciliation")

urlpatterns = [
    path("", include(router.urls)),
    path("schema", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"),
    path(
        "docs",
        SpectacularSwaggerSplitView.as_view(url_name="schema", permission_classes=[IsAuthenticated]),
        name="api-docs",
    ),
]
