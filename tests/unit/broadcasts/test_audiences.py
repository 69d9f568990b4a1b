"""Whom an expression means, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.broadcasts import audiences, writing
from bot.services.broadcasts.audiences import AudienceRefused, Group, find_hearers, parse_audience, parse_userids
from bot.services.context import Context
from storage import subscriptions
from storage.models import Representative, StaffMember
from tests.support.rows import MORNING, open_case

REPS = {"Rep.One", "rep.two", "rep.three", "rep.four"}
STAFF = {
    "off.one",
    "off.two",
    "lead.one",
    "lead.two",
    "lead.home",
    "centre.one",
    "centre.two",
    "admin.one",
    "audit.one",
}


@pytest.mark.parametrize(
    ("expression", "userids"),
    [
        ("representatives", REPS),
        ("officers", {"off.one", "off.two"}),
        ("staff", STAFF),
        ("level:town", {"rep.two", "rep.three"}),
        ("level:district", {"Rep.One"}),
        ("level:national", set()),
        ("region:C", REPS),
        ("region:T1", {"Rep.One", "rep.two", "rep.three"}),
        ("region:T11", {"rep.three"}),
        ("station:S1", {"Rep.One", "rep.two"}),
        ("station:HOME", set()),
        ("roster:2026-11-20", {"Rep.One", "rep.four"}),  # R2 is on leave, R4 stands in for R3
        ("roster:2026-11-23", {"rep.four"}),
        ("roster:2026-11-22", set()),
        ("officers&region:T2", {"off.two"}),
        ("staff&station:S1", {"off.one", "lead.one"}),
        ("level:town&station:S1", {"rep.two"}),
        ("representatives & level:town", {"rep.two", "rep.three"}),
        ("station:S11, officers", {"rep.three", "off.one", "off.two"}),
        ("officers，station:S11", {"rep.three", "off.one", "off.two"}),
        ("station:S1,level:town,representatives", REPS),
    ],
)
async def test_an_expression_means_these_people(context: Context, expression: str, userids: set[str]) -> None:
    hearers = await find_hearers(context, parse_audience(expression))
    assert set(hearers.members) == userids
    assert len(hearers.members) == len(userids)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "empty"),
        (" , ，", "empty"),
        ("everyone", "not understood"),
        ("representatives,,officers", "not understood"),
        ("representatives&officers", "not understood"),
        ("level", "not understood"),
        ("level:", "not understood"),
        ("level:emperor", "no such level"),
        ("level:Town", "no such level"),
        ("region:", "not understood"),
        ("region:T1\nregion:T2", "not understood"),
        ("station:S1&", "not understood"),
        ("&", "not understood"),
        ("roster:tomorrow", "not a date"),
        ("roster:2026-02-30", "not a date"),
        ("group:第一小组", "no groups"),
        ("officers&group:1", "no groups"),
        ("notice:", "not understood"),
        ("notice:-1", "not understood"),
        ("notice:１", "not understood"),
        ("notice:" + "9" * 19, "not understood"),
        ("subscribers:", "not understood"),
        ("subscribers:S1,representatives", "mixed"),
        ("subscribers:S1&officers", "not understood"),
        ("list", "not understood"),
        ("@all", "not understood"),
        ("'; DROP TABLE broadcasts; --", "not understood"),
        ("station:" + "S" * 65, "not understood"),
        ("officers," * 100, "too long"),
    ],
)
def test_what_means_nothing_is_refused(expression: str, why: str) -> None:
    with pytest.raises(AudienceRefused) as refused:
        parse_audience(expression)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("station:NOWHERE", "no such station"),
        ("region:S1", "no such region"),
        ("region:' OR 1=1", "no such region"),
        ("notice:12", "no such notice"),
        ("subscribers:NOWHERE", "no such station"),
    ],
)
async def test_what_is_not_there_is_refused(context: Context, expression: str, why: str) -> None:
    with pytest.raises(AudienceRefused) as refused:
        await find_hearers(context, parse_audience(expression))
    assert refused.value.why == why


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=600))
def test_whatever_is_written_is_read_or_refused(expression: str) -> None:
    try:
        audience = parse_audience(expression)
    except AudienceRefused:
        return
    assert audience.groups or audience.subscribers or audience.notices


async def test_people_without_a_userid_are_listed_and_nobody_is_told_twice(context: Context) -> None:
    context.session.add(StaffMember(userid="REP.ONE", name="代表R1", role="lead", station_code="S1"))
    await context.session.flush()
    hearers = await find_hearers(context, parse_audience("representatives,staff,station:S1"))
    assert hearers.without_userid == ("代表R5",)
    assert "Rep.One" in hearers.members
    assert [userid.lower() for userid in hearers.members].count("rep.one") == 1


async def test_of_a_file_each_is_told_once_and_strangers_are_listed(context: Context) -> None:
    userids = parse_userids("rep.one\nREP.TWO, ghost\n\n# a comment\nRep.One\n")
    assert userids == ["rep.one", "REP.TWO", "ghost"]
    hearers = await find_hearers(context, parse_audience("list", userids))
    assert hearers.members == ("Rep.One", "rep.two", "ghost")
    assert hearers.unknown == ("ghost",)
    both = await find_hearers(context, parse_audience("list,station:S1", userids))
    assert both.members == ("Rep.One", "rep.two", "ghost")


@pytest.mark.parametrize("text", ["", "\n# nobody\n", "rep one!\n", "张伟", "a" * 65, "-x", "rep.one|@all"])
def test_a_file_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(AudienceRefused):
        parse_userids(text)


async def test_subscribers_are_constituents_each_once(context: Context) -> None:
    case = await open_case(context.session)
    for kind in subscriptions.KINDS:
        await subscriptions.subscribe(context.session, case.conversation_id, "S1", kind, MORNING)
    hearers = await find_hearers(context, parse_audience("subscribers:S1,subscribers:S2"))
    assert (hearers.conversations, hearers.members, hearers.size) == ((case.conversation_id,), (), 1)


async def test_everyone_of_an_area_is_in_it(context: Context) -> None:
    """Whoever is added to a station below a region is part of the region's audience."""
    for number in range(40):
        context.session.add(
            Representative(
                code=f"X{number}",
                name=f"新{number}",
                level="town",
                unit="",
                post="",
                specialities=[],
                station_code=("S1", "S11", "S2")[number % 3],
                userid=f"x{number}",
                phone="",
                grid_codes=[],
                public_fields=[],
            )
        )
    await context.session.flush()
    hearers = await find_hearers(context, parse_audience("region:D&level:town"))
    assert set(hearers.members) == {"rep.two", "rep.three", *(f"x{number}" for number in range(40))}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("representatives", "全体代表"),
        ("officers,staff", "全体联络员、全体工作人员"),
        ("level:town&region:T1", "乡镇钱桥街道代表"),
        ("station:S1", "钱桥站代表"),
        ("roster:2026-11-20", "2026-11-20值班的代表"),
        ("subscribers:S1", "订阅钱桥站的群众"),
        ("notice:7", "收到通知 7 的人"),
        ("list", "名单"),
    ],
)
async def test_an_audience_is_told_in_words(context: Context, expression: str, words: str) -> None:
    assert await writing.describe(context, expression) == words


def test_a_term_is_a_base_with_filters() -> None:
    assert parse_audience("staff&level:town").groups == (Group("staff", (("level", "town"),)),)
    assert audiences.LONGEST == 512
