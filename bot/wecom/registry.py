"""wechatpy's registry, extended with the messages and events of WeCom that it lacks (document 90240).

Importing this module registers them; `wechatpy.enterprise.parse_message` then gives these classes.
"""

from wechatpy.enterprise.events import register_event
from wechatpy.enterprise.messages import register_message
from wechatpy.events import BaseEvent
from wechatpy.fields import BaseField, IntegerField, StringField
from wechatpy.messages import BaseMessage

# wechatpy has no types, so every class below is built on Any


@register_message("file")
class FileMessage(BaseMessage):  # type: ignore[misc]
    """A file a member sent: in no document for app chats, seen from newer clients."""

    type = "file"
    media_id = StringField("MediaId")
    file_name = StringField("FileName")
    title = StringField("Title")


@register_event("template_card_event")
class TemplateCardEvent(BaseEvent):  # type: ignore[misc]
    """A member pressed a button of a card or submitted a choice."""

    event = "template_card_event"
    key = StringField("EventKey")
    task_id = StringField("TaskId")
    card_type = StringField("CardType")
    response_code = StringField("ResponseCode")
    selected = BaseField("SelectedItems")


@register_event("template_card_menu_event")
class TemplateCardMenuEvent(TemplateCardEvent):
    """A member used the menu in the corner of a card."""

    event = "template_card_menu_event"


@register_event("kf_msg_or_event")
class KfMessageOrEvent(BaseEvent):  # type: ignore[misc]
    """There is something to pull for a 微信客服 account (document 94670)."""

    event = "kf_msg_or_event"
    token = StringField("Token")
    open_kfid = StringField("OpenKfId")


@register_event("change_contact")
class ChangeContactEvent(BaseEvent):  # type: ignore[misc]
    """A member, department or tag of the address book changed."""

    event = "change_contact"
    change_type = StringField("ChangeType")
    userid = StringField("UserID")
    new_userid = StringField("NewUserID")


@register_event("living_status_change")
class LivingStatusChangeEvent(BaseEvent):  # type: ignore[misc]
    """A living that we created was reserved, began, ended or was cancelled (document 94145)."""

    event = "living_status_change"
    living_id = StringField("LivingId")
    status = IntegerField("Status")
