"""The version on which a change is based."""

from dataclasses import dataclass

import pytest

from common.refusals import Stale, VersionMissing
from common.versions import check_version


@dataclass
class Record:
    version: int = 3


def test_the_present_version_passes():
    check_version(Record(), 3)


@pytest.mark.parametrize(
    ("given", "refusal", "status"), [(None, VersionMissing, 428), (2, Stale, 412), (4, Stale, 412)]
)
def test_another_version_is_refused_and_none_too(given, refusal, status):
    with pytest.raises(refusal) as refused:
        check_version(Record(), given)
    assert refused.value.status == status
