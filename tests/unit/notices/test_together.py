"""Several things said as one: what fits, and what a tap is for."""

from bot.notices.content import Content, Item, Menu, Text
from bot.notices.together import MOST_ITEMS, join_all


def asked(number: int) -> Menu:
    return Menu(f"事项 {number} 收到答复了吗？", (Item(f"got:{number}", "收到了"), Item(f"not:{number}", "还没有")))


def test_buttons_that_say_the_same_are_numbered_with_their_words() -> None:
    joined, count = join_all([asked(1), Text("明天有活动日"), asked(2)])
    assert count == 3
    assert isinstance(joined, Menu)
    assert joined.head == "① 事项 1 收到答复了吗？\n\n② 明天有活动日\n\n③ 事项 2 收到答复了吗？"
    assert [(item.id, item.label) for item in joined.items] == [
        ("got:1", "① 收到了"),
        ("not:1", "① 还没有"),
        ("got:2", "③ 收到了"),
        ("not:2", "③ 还没有"),
    ]


def test_what_is_plain_stays_as_it_is() -> None:
    joined, count = join_all([asked(1), Text("明天有活动日")])
    assert count == 2
    assert joined == Menu("事项 1 收到答复了吗？\n\n明天有活动日", asked(1).items)
    assert join_all([asked(1)]) == (asked(1), 1)


def test_what_has_no_room_is_left() -> None:
    many: list[Content] = [asked(number) for number in range(20)]
    joined, count = join_all(many)
    assert isinstance(joined, Menu)
    assert len(joined.items) == 2 * count <= MOST_ITEMS
    assert join_all([Text("长" * 600), Text("长" * 600)]) == (Text("长" * 600), 1)
