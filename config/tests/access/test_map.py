"""The map is whole: every address of the product, every method that a page answers, every operation of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.api import api
from config.tests.access.operations import OPERATIONS
from config.tests.access.pages import PAGES
from config.tests.access.people import undone
from config.tests.access.rows import ANYBODY, EVERYONE, LINK, NOBODY, SIGNER, Page

#: Not pages of ours: the API has its own map below, the admin its own test.
ELSEWHERE = ("api:", "admin:", "admin-")


def addresses(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and (pattern.name or namespace):  # without a name: redirects to those with
            yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name), pattern.callback


def pages_of_the_product() -> dict[str, Any]:
    found = dict(addresses(get_resolver().url_patterns))
    return {name: view for name, view in found.items() if not name.startswith(ELSEWHERE)}


def test_every_address_of_the_product_is_on_the_map():
    assert {page.route for page in PAGES} == set(pages_of_the_product())


def test_no_row_is_there_twice():
    seen = [(page.route, page.method) for page in PAGES]
    assert len(seen) == len(set(seen))


def test_the_map_and_the_views_name_the_same_roles():
    views = pages_of_the_product()
    for page in PAGES:
        roles = getattr(views[page.route], "roles", None)
        if isinstance(page.who, frozenset):
            assert roles is not None, f"{page.route} names no role"
            assert page.who == set(roles) & EVERYONE, page.route
        else:
            assert roles is None, page.route


def test_only_what_the_map_opens_to_anybody_opens_without_a_login():
    opened = {name for name, view in pages_of_the_product().items() if not getattr(view, "login_required", True)}
    assert opened == {page.route for page in PAGES if page.who in {ANYBODY, NOBODY, SIGNER, LINK}}


def test_every_operation_of_the_api_is_on_the_map():
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    found = {(method.upper(), f"/{path.lstrip('/')}") for path, methods in paths.items() for method in methods}
    assert found == {(each.method, each.path) for each in OPERATIONS}


def admin_addresses() -> list[str]:
    found = []
    for name, _ in addresses(get_resolver().url_patterns):
        if name.startswith("admin-") or (name.startswith("admin:") and name.endswith(("_changelist", "index"))):
            found.append(reverse(name))
    return found


@pytest.mark.parametrize("person", ["nobody", "ISA", "owner agent", "team lead", "ended member"])
def test_the_admin_opens_to_staff_alone(person, world):
    client = world.person(person).client
    for address in admin_addresses():
        with undone():
            answer = client.get(address)
        assert answer.status_code == 302, address
        assert "/login/" in answer.headers["Location"], address


def test_a_test_of_the_map_would_notice_a_missing_row():
    assert Page("leads:nowhere", "GET", EVERYONE).route not in pages_of_the_product()
    assert settings.LOGIN_URL in {page.route for page in PAGES}
