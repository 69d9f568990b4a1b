"""What no database keeps in a text is taken out of an address before anybody looks for it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.web import doors


def test_a_query_says_the_same_without_its_nul() -> None:
    seen = doors._without_nul(make_mocked_request("GET", "/console/cases?q=%E8%B7%AF%00&q=b&station=%00"))
    assert list(seen.query.items()) == [("q", "路"), ("q", "b"), ("station", "")]


def test_under_a_path_with_a_nul_there_is_nothing() -> None:
    with pytest.raises(web.HTTPNotFound):
        doors._without_nul(make_mocked_request("GET", "/console/cases/%00"))


def test_whatever_else_somebody_writes_goes_on_as_it_is() -> None:
    asked = make_mocked_request("GET", "/console/cases?q=%2500%01")
    assert doors._without_nul(asked) is asked
