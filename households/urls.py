"""Addresses of a person's own profile, of members, visits, notices and standards, and of what is recorded of cases."""

from django.urls import path

from households import (
    case_views,
    clue_views,
    gate_views,
    member_views,
    notice_views,
    number_views,
    registration_views,
    standard_views,
    views,
    visit_views,
)

urlpatterns = [
    path("members/<uuid:key>/number/", number_views.document_number, name="document-number"),
    path("profile/", views.profile, name="profile"),
    path("members/<uuid:key>/", member_views.member, name="member"),
    path("cases/<uuid:key>/feedback/", case_views.feedback, name="case-feedback"),
    path("deadlines/<uuid:key>/pause/", case_views.pause, name="deadline-pause"),
    path("deadlines/<uuid:key>/resume/", case_views.resume, name="deadline-resume"),
    path("cases/<uuid:key>/notice/", notice_views.notice, name="notice"),
    path("cases/<uuid:key>/notice.pdf", notice_views.pdf, name="notice-pdf"),
    path("notices/", notice_views.index, name="notices"),
    path("cases/<uuid:key>/risks/", gate_views.assess, name="risk-assess"),
    path("cases/<uuid:key>/waivers/", gate_views.waive, name="gate-waive"),
    path("waivers/<uuid:key>/withdraw/", gate_views.withdraw, name="gate-waiver-withdraw"),
    path("standards/", standard_views.index, name="standards"),
    path("standards/<uuid:key>/withdraw/", standard_views.withdraw, name="standard-withdraw"),
    path("standards/<slug:kind>/<slug:code>/", standard_views.standard, name="standard"),
    path("lines/", standard_views.lines, name="lines"),
    path("visits/", visit_views.index, name="visits"),
    path("visits/<uuid:key>/", visit_views.visit, name="visit"),
    path("visits/<uuid:key>/correct/", visit_views.correct, name="visit-correct"),
    path("visits/<uuid:key>/photos/<int:position>/", visit_views.photo, name="visit-photo"),
    path("visits/<uuid:key>/signature/", visit_views.signature, name="visit-signature"),
    path("households/register/", registration_views.register, name="household-register"),
    path("households/<uuid:key>/report/", clue_views.report, name="clue-report"),
    path("households/<uuid:key>/income/", clue_views.income, name="income-record"),
    path("households/<uuid:key>/guarantees/", clue_views.guarantees, name="guarantees-record"),
    path("households/<uuid:key>/visit/", visit_views.log, name="visit-log"),
]
