"""The plaintext XML of passive replies that change a card for whoever pressed it (document 90241)."""

import re
from collections.abc import Mapping
from datetime import datetime

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {
    "keyname": "KeyName",
    "userid": "UserId",
    "appid": "AppId",
    "pagepath": "PagePath",
    "checkbox": "CheckBox",
}


def render_button_reply(userid: str, corp_id: str, replace_name: str, created_at: datetime) -> str:
    """Grey the button that was pressed and write `replace_name` on it."""
    body = _element("Button", _element("ReplaceName", _cdata(replace_name)))
    return _message(userid, corp_id, created_at, "update_button", body)


def render_card_reply(userid: str, corp_id: str, card: Mapping[str, object], created_at: datetime) -> str:
    """Replace the whole card by `card`, given as for message/send; its names become CamelCase here."""
    return _message(userid, corp_id, created_at, "update_template_card", _render("TemplateCard", card))


def _message(userid: str, corp_id: str, created_at: datetime, kind: str, body: str) -> str:
    head = (
        _element("ToUserName", _cdata(userid)),
        _element("FromUserName", _cdata(corp_id)),
        _element("CreateTime", str(int(created_at.timestamp()))),
        _element("MsgType", _cdata(kind)),
    )
    return _element("xml", "".join(head) + body)


def _render(tag: str, value: object) -> str:
    if isinstance(value, Mapping):
        return _element(tag, "".join(_render(_camel(str(key)), inner) for key, inner in value.items()))
    if isinstance(value, list | tuple):
        return "".join(_render(tag, entry) for entry in value)
    if isinstance(value, bool):
        return _element(tag, str(value).lower())
    if isinstance(value, int | float):
        return _element(tag, str(value))
    return "" if value is None else _element(tag, _cdata(str(value)))


def _camel(name: str) -> str:
    return _TAGS.get(name) or "".join(part.capitalize() for part in name.split("_"))


def _element(tag: str, content: str) -> str:
    return f"<{tag}>{content}</{tag}>"


def _cdata(text: str) -> str:
    return f"<![CDATA[{_NO_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
