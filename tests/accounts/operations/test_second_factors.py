"""A second factor is taken up with a code, each code is taken once, and all of it is in the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import AuditEvent, RecoveryCode, SecondFactor, User
from accounts.operations import second_factors, tokens
from accounts.rules.codes import code_at, step_of
from common.refusals import Conflict, Invalid

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def mei(db: None) -> User:
    """Somebody with a phone."""
    return User.objects.create(username="mei")


def shown(user: User, at: datetime) -> str:
    """The code that the phone shows at that moment."""
    return code_at(second_factors.key_of(SecondFactor.objects.get(user=user)), step_of(at))


def enrolled(user: User) -> list[str]:
    """The recovery codes of `user`, who has just set it up at noon."""
    second_factors.begin(by=user, at=NOON)
    return second_factors.confirm(code=shown(user, NOON), by=user, at=NOON)


def acts() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="second_factor").values_list("action", flat=True))


def test_nothing_is_asked_for_before_a_code_has_confirmed_the_phone(mei: User):
    second_factors.begin(by=mei, at=NOON)
    assert not SecondFactor.objects.guards(mei)
    assert not second_factors.take(user=mei, code=shown(mei, NOON), at=NOON)
    with pytest.raises(Invalid) as refusal:
        second_factors.confirm(code="000000" if shown(mei, NOON) != "000000" else "000001", by=mei, at=NOON)
    assert refusal.value.stable_code == "wrong_code"
    assert not SecondFactor.objects.guards(mei)
    second_factors.confirm(code=shown(mei, NOON), by=mei, at=NOON)
    assert SecondFactor.objects.guards(mei)
    assert acts() == ["second_factor.enrolled"]


def test_who_takes_too_long_begins_again_with_another_key(mei: User):
    first = second_factors.key_of(second_factors.begin(by=mei, at=NOON))
    late = NOON + second_factors.TIME_TO_CONFIRM
    with pytest.raises(Conflict):
        second_factors.confirm(code=shown(mei, late), by=mei, at=late)
    assert second_factors.key_of(second_factors.begin(by=mei, at=late)) != first
    assert SecondFactor.objects.count() == 1


def test_a_second_factor_is_not_replaced_before_it_is_removed(mei: User):
    enrolled(mei)
    with pytest.raises(Conflict) as refusal:
        second_factors.begin(by=mei, at=LATER)
    assert refusal.value.stable_code == "second_factor_held"


def test_a_code_is_taken_once_also_the_one_that_confirmed(mei: User):
    enrolled(mei)
    assert not second_factors.take(user=mei, code=shown(mei, NOON), at=NOON)
    code = shown(mei, LATER)
    assert second_factors.take(user=mei, code=code, at=LATER)
    assert not second_factors.take(user=mei, code=code, at=LATER)


def test_a_code_of_another_phone_is_not_taken(mei: User):
    other = User.objects.create(username="other")
    enrolled(mei)
    recovery = enrolled(other)
    assert not second_factors.take(user=mei, code=recovery[0], at=LATER)
    assert shown(other, LATER) != shown(mei, LATER)
    assert not second_factors.take(user=mei, code=shown(other, LATER), at=LATER)


def test_each_recovery_code_helps_once_and_its_use_is_audited(mei: User):
    codes = enrolled(mei)
    assert len(set(codes)) == second_factors.RECOVERY_CODES
    assert second_factors.take(user=mei, code=codes[3].replace("-", " ").upper(), at=LATER)
    assert not second_factors.take(user=mei, code=codes[3], at=LATER)
    assert second_factors.recovery_codes_left(mei) == second_factors.RECOVERY_CODES - 1
    assert AuditEvent.objects.get(action="second_factor.recovered").changes == {"codes_left": 9}


def test_neither_key_nor_recovery_codes_can_be_read_in_the_tables(mei: User):
    codes = enrolled(mei)
    factor = SecondFactor.objects.get()
    assert second_factors.key_of(factor) not in bytes(factor.key)
    kept = str(list(RecoveryCode.objects.values())) + str(list(AuditEvent.objects.values()))
    assert [code for code in codes if code in kept or code.replace("-", "") in kept] == []


def test_renewed_recovery_codes_end_the_former_ones(mei: User):
    former = enrolled(mei)
    renewed = second_factors.renew_recovery_codes(by=mei, at=LATER)
    assert not second_factors.take(user=mei, code=former[0], at=LATER)
    assert second_factors.take(user=mei, code=renewed[0], at=LATER)
    assert "second_factor.codes_renewed" in acts()


def test_tokens_that_were_issued_without_a_code_end(mei: User):
    tokens.issue(by=mei, at=NOON, days=1)
    enrolled(mei)
    assert not mei.auth_token_set.exists()
    assert AuditEvent.objects.get(action="second_factor.enrolled").changes == {"tokens_ended": 1}


@pytest.mark.parametrize(("verb", "action"), [("remove", "second_factor.removed"), ("reset", "second_factor.reset")])
def test_it_is_removed_by_its_owner_and_reset_by_others_both_audited(mei: User, verb: str, action: str):
    enrolled(mei)
    chief = User.objects.create(username="chief")
    by = {"by": mei} if verb == "remove" else {"user": mei, "by": chief}
    getattr(second_factors, verb)(**by, at=LATER)
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    row = AuditEvent.objects.get(action=action)
    assert (row.subject_id, row.actor) == (str(mei.pk), by["by"])
    with pytest.raises(Conflict) as refusal:
        getattr(second_factors, verb)(**by, at=LATER)
    assert refusal.value.stable_code == "second_factor_absent"
