"""The fifteen topics with their Chinese names, and the kinds of message (domain of the label tree)."""

from collections.abc import Iterable

TOPIC_NAMES: dict[str, str] = {
    "urban_rural_construction": "城乡建设",
    "environment": "环境保护",
    "transport": "交通运输",
    "education_culture_sports": "教育文体",
    "labor_social_security": "劳动和社会保障",
    "commerce_tourism": "商贸旅游",
    "health": "卫生计生",
    "rural_agriculture": "农村农业",
    "land_resources": "国土资源",
    "civil_affairs": "民政",
    "politics_law": "政法",
    "party_government": "党务政务",
    "economy": "经济管理",
    "science_it": "科技与信息产业",
    "discipline": "纪检监察",
}
TOPICS = tuple(TOPIC_NAMES)

# The kinds that words decide; `case` is an ordinary matter and the first.
KINDS = (
    "case",
    "service_query",
    "praise",
    "legislation_opinion",
    "livelihood_suggestion",
    "complaint_about_representative",
    "privacy_request",
    "spam",
    "emergency",
)

_BY_NAME = {name: topic for topic, name in TOPIC_NAMES.items()}


def find_topic(name: str) -> str | None:
    """The identifier of a topic given as identifier or Chinese name, or None."""
    word = name.strip()
    return word if word in TOPIC_NAMES else _BY_NAME.get(word)


def name_topics(words: Iterable[str]) -> list[str]:
    """Specialities or themes as people call them: topics by their Chinese names, free words as they are."""
    return [TOPIC_NAMES.get(word, word) for word in words]
