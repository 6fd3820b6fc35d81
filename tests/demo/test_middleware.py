"""The demonstrations are read from the database once in a while, not with every call."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from demo.middleware import DemonstrationPeriod


@pytest.mark.django_db
@pytest.mark.parametrize(("kept_for", "questions"), [(60, 1), (0, 3)])
def test_what_was_read_is_kept_for_the_seconds_that_the_settings_say(
    settings, django_assert_num_queries, kept_for: int, questions: int
):
    settings.DEMONSTRATIONS_KEPT_FOR = kept_for
    answer = DemonstrationPeriod(lambda request: HttpResponse(request.demonstrations()))
    with django_assert_num_queries(questions):
        for _call in range(3):
            answer(RequestFactory().get("/"))
