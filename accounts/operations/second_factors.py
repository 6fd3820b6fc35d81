"""Second factors: taken up, asked for, given up, and taken from whoever has lost phone and codes."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts.models import RecoveryCode, SecondFactor, User
from accounts.operations import audit
from accounts.rules.codes import KEY_BYTES, plain, step_taken
from common.crypto import decrypt, encrypt, keyed_hash
from common.ids import readable_secret
from common.refusals import Conflict, Invalid

RECOVERY_CODES = 10
TIME_TO_CONFIRM = timedelta(minutes=15)


@transaction.atomic
def begin(*, by: User, at: datetime) -> SecondFactor:
    """A new key for the phone of `by`; signing in asks for it once `confirm` has seen a code of it.

    Conflict where `by` has a second factor already.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if SecondFactor.objects.guards(by):
        raise Conflict(_("You have a second factor already. Remove it first."), code="second_factor_held")
    SecondFactor.objects.filter(user=by).delete()
    key = encrypt(b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return SecondFactor.objects.create(user=by, key=key, begun_at=at)


def begun(*, by: User, at: datetime) -> SecondFactor:
    """The key that `by` has begun to take up and not confirmed yet; Conflict where there is none, or not lately."""
    factor = SecondFactor.objects.filter(
        user=by, confirmed_at__isnull=True, begun_at__gt=at - TIME_TO_CONFIRM, begun_at__lte=at
    ).first()
    if factor is None:
        raise Conflict(
            _("This took too long, or was begun anew elsewhere. Begin again."), code="second_factor_not_begun"
        )
    return factor


def key_of(factor: SecondFactor) -> bytes:
    """The key itself, for the picture that is shown while it is taken up."""
    return b64decode(decrypt(factor.key))


@transaction.atomic
def confirm(*, code: str, by: User, at: datetime) -> list[str]:
    """From now on signing in asks for a code; gives the recovery codes, which nobody can read again; audited.

    Tokens and sessions that were begun without a code end. Invalid where the code is not the phone's.
    """
    factor = SecondFactor.objects.select_for_update(no_key=True).get(pk=begun(by=by, at=at).pk)
    step = step_taken(key_of(factor), code, at, factor.last_step)
    if step is None:
        raise wrong_code()
    factor.confirmed_at, factor.last_step = at, step
    factor.save(update_fields=("confirmed_at", "last_step"))
    _rows, each = AuthToken.objects.filter(user=by).delete()
    ended = each.get(AuthToken._meta.label, 0)
    _end_sessions(by)
    _write("second_factor.enrolled", by, by=by, at=at, tokens_ended=ended)
    return _new_recovery_codes(factor)


@transaction.atomic
def take(*, user: User, code: str, at: datetime) -> bool:
    """Take a code of the phone, or a recovery code, of `user`: each once. False where it is none, or was taken."""
    factor = SecondFactor.objects.confirmed().select_for_update(no_key=True).filter(user=user).first()
    if factor is None:
        return False
    step = step_taken(key_of(factor), code, at, factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=("last_step",))
        return True
    unused = factor.recovery_codes.filter(used_at__isnull=True)
    if not unused.filter(digest=_digest(factor, code)).update(used_at=at):
        return False
    _write("second_factor.recovered", user, by=user, at=at, codes_left=unused.count())
    return True


@transaction.atomic
def note_failure(*, user: User, address: str, by: User, at: datetime) -> None:
    """Write down that somebody who knows the password of `user` showed a wrong code."""
    _write("second_factor.failed", user, by=by, at=at, address=address)


@transaction.atomic
def renew_recovery_codes(*, by: User, at: datetime) -> list[str]:
    """Other recovery codes for `by`; the former open nothing any more; audited."""
    factor = _held(by)
    factor.recovery_codes.all().delete()
    _write("second_factor.codes_renewed", by, by=by, at=at)
    return _new_recovery_codes(factor)


@transaction.atomic
def remove(*, by: User, at: datetime) -> None:
    """`by` signs in by the password alone again; audited."""
    _held(by).delete()
    _write("second_factor.removed", by, by=by, at=at)


@transaction.atomic
def reset(*, user: User, by: User, at: datetime) -> None:
    """Take the second factor from `user`, who has lost phone and codes; audited. Conflict where there is none.

    Sessions of `user` end, since a lost phone may hold one.
    """
    _held(user).delete()
    _end_sessions(user)
    _write("second_factor.reset", user, by=by, at=at)


def recovery_codes_left(user: User) -> int:
    """How many recovery codes of `user` have not been used."""
    return RecoveryCode.objects.filter(factor__user=user, used_at__isnull=True).count()


def wrong_code() -> Invalid:
    """The refusal of a code."""
    return Invalid(
        _("The code is wrong, too old or was used already. Type the one that the phone shows now."),
        code="wrong_code",
        field="code",
    )


def _held(user: User) -> SecondFactor:
    factor: SecondFactor | None = (
        SecondFactor.objects.confirmed().select_for_update(no_key=True).filter(user=user).first()
    )
    if factor is None:
        raise Conflict(_("This account has no second factor."), code="second_factor_absent")
    return factor


def _end_sessions(user: User) -> None:
    """No session of `user` opens anything any more; the door keeps the one in which `user` acts."""
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    held.sessions_ended += 1
    held.save(update_fields=("sessions_ended",))
    user.sessions_ended = held.sessions_ended


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [readable_secret() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in codes)
    return codes


def _digest(factor: SecondFactor, code: str) -> str:
    return keyed_hash(f"recovery code {factor.pk} {plain(code)}").hex()


def _write(action: str, user: User, *, by: User, at: datetime, **told: object) -> None:
    audit.write([audit.entry(action=action, subject=user, by=by, at=at, changes=told)])
