"""Addresses of the API."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.urls import path, re_path
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from accounts.api import TokenViewSet
from assistance.change_api import HouseholdChangeViewSet
from assistance.measure_api import MeasureViewSet
from assistance.plan_api import PlanViewSet
from assistance.quality_api import FindingViewSet
from common.api import UUID
from common.refusals import NotFound
from demo.api import DemonstrationViewSet
from exchange.batch_api import BatchView
from exchange.change_api import ChangesView
from exchange.digest_api import DigestsView
from exchange.export_api import ExportViewSet
from exchange.import_api import ImportViewSet
from exchange.registry_api import (
    NotServedView,
    SearchView,
    StatusView,
    SubscribeView,
    SyncSearchView,
    SyncStatusView,
    UnsubscribeView,
)
from exchange.webhook_api import WebhookMessageViewSet, WebhookViewSet
from households.api import (
    CaseEventViewSet,
    DivisionViewSet,
    GuaranteeCheckViewSet,
    IncomeSurveyViewSet,
    MemberViewSet,
    MonitoringLineViewSet,
    PostingViewSet,
)
from households.assignment_api import AssignmentViewSet
from households.condition_api import MemberConditionViewSet
from households.conflict_api import ConflictViewSet
from households.deadline_api import DeadlineViewSet
from households.notice_api import NoticeViewSet
from households.standard_api import StandardViewSet
from households.visit_api import VisitViewSet
from households.warning_api import WarningViewSet
from reports.api import CaseViewSet, HouseholdViewSet
from reports.figure_api import IndicatorViewSet, ReconciliationViewSet
from reports.work_api import WorkView


class Viewer(SpectacularSwaggerSplitView):
    """The document in a browser, which is sent to sign in where nobody is signed in."""

    permission_classes = (IsAuthenticated,)
    url_name = "schema"

    def handle_exception(self, error: Exception) -> Any:
        if isinstance(error, NotAuthenticated) and "text/html" in self.request.headers.get("Accept", ""):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(error)


class Elsewhere(APIView):
    """Every address of the API that there is not: told in problem details like all that is refused."""

    schema = None
    api_scopes = {"reads": "", "writes": ""}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing at this address. /api/v1/schema lists what there is."))


# What is asked for most comes first: each address before it is tried, and costs every call.
VIEWS = {
    "households": HouseholdViewSet,
    "members": MemberViewSet,
    "cases": CaseViewSet,
    "divisions": DivisionViewSet,
    "postings": PostingViewSet,
    "member-conditions": MemberConditionViewSet,
    "case-events": CaseEventViewSet,
    "deadlines": DeadlineViewSet,
    "notices": NoticeViewSet,
    "plans": PlanViewSet,
    "measures": MeasureViewSet,
    "income-surveys": IncomeSurveyViewSet,
    "guarantee-checks": GuaranteeCheckViewSet,
    "findings": FindingViewSet,
    "monitoring-lines": MonitoringLineViewSet,
    "assignments": AssignmentViewSet,
    "visits": VisitViewSet,
    "warnings": WarningViewSet,
    "conflicts": ConflictViewSet,
    "webhooks": WebhookViewSet,
    "webhook-messages": WebhookMessageViewSet,
    "indicators": IndicatorViewSet,
    "reconciliations": ReconciliationViewSet,
    "demonstrations": DemonstrationViewSet,
    "exports": ExportViewSet,
    "imports": ImportViewSet,
}

router = SimpleRouter(trailing_slash=False)
for name, view in VIEWS.items():
    router.register(name, view, basename=name.removesuffix("s"))

urlpatterns = [
    *router.urls,
    path("tokens", TokenViewSet.as_view({"get": "list", "post": "issue"}), name="token-list"),
    re_path(
        rf"^tokens/(?P<id>{TokenViewSet.lookup_value_regex})$",
        TokenViewSet.as_view({"delete": "revoke"}),
        name="token-detail",
    ),
    path("changes", ChangesView.as_view(), name="api-changes"),
    path("digests", DigestsView.as_view(), name="api-digests"),
    path("household-changes", HouseholdChangeViewSet.as_view({"post": "create"}), name="api-household-changes"),
    path("standards", StandardViewSet.as_view({"get": "list", "post": "set"}), name="api-standards"),
    re_path(
        rf"^standards/(?P<id>{UUID})/withdraw$",
        StandardViewSet.as_view({"post": "withdraw"}),
        name="api-standard-withdraw",
    ),
    path("registry/sync/search", SyncSearchView.as_view(), name="registry-sync-search"),
    path("registry/sync/txn/status", SyncStatusView.as_view(), name="registry-sync-status"),
    path("registry/search", SearchView.as_view(), name="registry-search"),
    path("registry/subscribe", SubscribeView.as_view(), name="registry-subscribe"),
    path("registry/unsubscribe", UnsubscribeView.as_view(), name="registry-unsubscribe"),
    path("registry/txn/status", StatusView.as_view(), name="registry-status"),
    path("registry/<path:address>", NotServedView.as_view(), name="registry-not-served"),
    path("work", WorkView.as_view(), name="api-work"),
    path("batch", BatchView.as_view(), name="api-batch"),
    path("schema", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"),
    path("docs", Viewer.as_view(), name="api-docs"),
    re_path(r"", Elsewhere.as_view(), name="api-elsewhere"),
]
