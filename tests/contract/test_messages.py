"""Every message: its schema fits what is sent, a newer sender's extra field is no trouble, and somebody listens."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from contracts.message import MESSAGES, Message
from infra.contracts import load
from shared.assembly import find_services

load()
FACTS = sorted(name for name, model in MESSAGES.items() if model.__module__.startswith("contracts."))
TOLD_TO_PEOPLE_ONLY = {  # facts that no service acts on today; operators and later services read them
    "qlvb.identity.account-locked.v1",
    "qlvb.registry.reply-linked.v1",
    "qlvb.workflow.opinion-given.v1",
    "qlvb.workflow.task-changed.v1",
    "qlvb.workflow.task-changed.v2",
}
REF = "#/components/schemas/{model}"


def _described(name: str) -> dict[str, Any]:
    """The message as the body of an operation: the form in which generators take a schema."""
    schema = MESSAGES[name].model_json_schema(ref_template=REF)
    parts = schema.pop("$defs", {})
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": body, "responses": {"200": {"description": "read"}}}
    head = {"openapi": "3.1.0", "info": {"title": name, "version": "1"}}
    return {**head, "paths": {"/told": {"post": operation}}, "components": {"schemas": parts}}


@pytest.mark.parametrize("name", FACTS)
def test_what_the_schema_allows_is_read_and_written_again(name: str) -> None:
    model: type[Message] = MESSAGES[name]
    [found] = schemathesis.openapi.from_dict(_described(name)).get_all_operations()

    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=found.ok().as_strategy())
    def fits(case: Any) -> None:
        message = model.model_validate(case.body)
        text = json.loads(message.model_dump_json())
        assert model.model_validate(text) == message
        assert model.model_validate({**text, "a_newer_field": 1}) == message

    fits()


def test_every_fact_has_a_reader() -> None:
    read = {consumer.message.message_type for service in find_services() for consumer in service.consumers}
    assert set(FACTS) - read == TOLD_TO_PEOPLE_ONLY


@pytest.mark.parametrize("name", FACTS)
def test_its_name_says_who_tells_it_and_in_which_version(name: str) -> None:
    _, service, fact, version = name.split(".")
    assert MESSAGES[name].__module__ == f"contracts.{service}.events"
    assert version.startswith("v")
    assert fact == fact.lower()
