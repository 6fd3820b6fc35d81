"""Findings: the words in which they are told, and what is kept of them with a proposal."""

from dataclasses import replace

from django.utils import translation

from households.rules.findings import frozen, no_longer_held, sentence
from households.rules.gate import (
    RiskState,
)
from tests.gate_facts import (
    GONE,
    READY,
    found,
)


def test_the_words_say_what_would_satisfy_a_condition():
    finding = next(each for each in found(replace(READY, measures=())) if each.rule == "risks_answered")
    with translation.override("en"):
        assert finding.sentence == (
            "Land a measure that answers: illness. What answers it: health, social assistance by donors and units."
        )
        assert sentence("monitored_short", {"until": "2023-09-01", "months": "6"}) == (
            "Wait until 2023-09-01, when 6 months have passed since the identification."
        )
        assert sentence("spending_large", {"spent": "12758.00", "limit": "5000"}) == (
            "Self-paid spending must fall from 12,758 to below 5,000 yuan a year, by help or by itself: survey it "
            "again."
        )


def test_frozen_findings_keep_all_and_name_later_what_no_longer_holds():
    then = frozen(found(READY))
    assert then[1] == {
        "rule": "monitored_long_enough",
        "verdict": "met",
        "outcome": "monitored_enough",
        "told": {"day": "2022-03-01", "months": "6", "until": "2022-09-01"},
        "evidence": [{"kind": "case", "key": "k", "on": "2022-03-01"}],
        "standards": [
            {
                "code": "monitored_long_enough",
                "value": {"is_on": True, "months": 6},
                "source": {
                    "zh": "归纳自安徽两县公开的消除条件",
                    "en": "derived from conditions published by two counties of Anhui",
                },
                "is_official": False,
                "valid_from": None,
                "division": None,
            }
        ],
        "waiver": None,
    }
    later = replace(READY, seen=(replace(GONE, state=RiskState.PRESENT),), has_phone=False)
    assert [each.rule for each in no_longer_held(then, found(later))] == ["risks_gone", "contact_known"]
    assert no_longer_held(then, found(READY)) == []
    never = frozen(found(replace(READY, has_phone=False)))
    assert [each.rule for each in no_longer_held(never, found(later))] == ["risks_gone"]
