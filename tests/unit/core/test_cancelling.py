"""A flag set by one and read by another."""

from __future__ import annotations

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled, InspectorError


def test_a_job_goes_on_until_it_is_cancelled() -> None:
    token = CancelToken()
    token.check()
    seen = [token.cancelled]
    token.cancel()
    seen.append(token.cancelled)
    assert seen == [False, True]
    with pytest.raises(Cancelled):
        token.check()


def test_being_cancelled_is_no_error_of_the_program() -> None:
    assert not issubclass(Cancelled, InspectorError)
