"""Schemathesis, which makes requests of every kind from the API's description, finds no 500."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis")


def test_no_request_is_answered_with_500(server):
    api = schemathesis.openapi.from_url(f"{server.http}/openapi.json")
    for operation in api.get_all_operations():
        _try_many(operation.ok().as_strategy())


def _try_many(cases):
    @settings(
        max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(cases)
    def attempt(case):
        answer = case.call()
        assert answer.status_code < 500, answer.text

    attempt()
