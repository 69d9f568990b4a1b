"""The main conversations once more, with the bot on a real PostgreSQL and Redis; `make pairs` tells them all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import aiohttp
import pytest

from bot.commands.checking import check_redis
from storage.database import Database
from tests.scenarios import (
    test_activity_days,
    test_answers,
    test_calendars,
    test_clock_year,
    test_clocks,
    test_entering,
    test_entry_codes,
    test_follow_ups,
    test_live_broadcasts,
    test_live_sessions,
    test_main_job,
    test_matters,
    test_media,
    test_notices,
    test_notices_sending,
    test_notices_to_people,
    test_platform_faults,
    test_receptions,
    test_rosters,
    test_silence,
)
from tests.support.processes import open_redis_url, open_valkey
from tests.support.town import Town, open_town

STORIES = [
    test_main_job.test_a_message_by_code_reaches_the_representative_and_the_answer_comes_back,
    test_entering.test_nobody_is_greeted_twice,
    test_entering.test_another_code_scanned_since_begins_a_matter_of_its_own,
    test_entry_codes.test_a_revoked_code_is_greeted_with_why_and_its_matter_goes_to_the_station,
    test_entry_codes.test_a_renewed_code_reaches_the_representative_and_the_old_one_no_longer,
    test_entry_codes.test_a_second_tap_neither_stops_twice_nor_stops_what_was_just_printed,
    test_matters.test_several_messages_in_a_row_have_one_case_one_receipt_and_one_update,
    test_matters.test_a_long_matter_is_short_on_the_card_and_whole_beside_it,
    test_matters.test_progress_lists_ones_own_matters_with_owner_step_and_date,
    test_matters.test_another_matter_on_request_opens_a_second_case,
    test_matters.test_a_recalled_message_is_forgotten_and_its_owner_told,
    test_answers.test_accepting_shows_on_every_copy_of_the_card,
    test_answers.test_with_several_waiting_the_bot_asks_which_as_buttons,
    test_answers.test_a_numbered_answer_goes_there_whatever_is_waiting,
    test_answers.test_reply_button_announces_the_next_words,
    test_answers.test_offline_is_told_asked_about_and_on_record,
    test_answers.test_passing_on_gives_it_to_the_officer_and_then_to_the_centre,
    test_answers.test_solved_closes_and_stamps,
    test_answers.test_unsolved_reopens_and_the_next_answer_is_an_exchange_of_its_own,
    test_answers.test_an_answer_after_48_hours_waits_for_the_next_message_and_the_officer_is_told,
    test_answers.test_a_long_answer_is_split_and_continues_after_the_next_message,
    test_clocks.test_an_answer_that_does_not_come_goes_from_hand_to_hand_and_each_is_told_once,
    test_clocks.test_after_the_centre_it_is_one_short_list_every_working_day,
    test_clocks.test_a_reply_to_a_question_belongs_to_the_case_that_asked,
    test_clocks.test_after_a_week_of_silence_it_rests_and_any_word_revives_it,
    test_clock_year.test_a_recount_takes_many_cases_some_at_a_time,
    test_follow_ups.test_whoever_was_answered_is_not_asked,
    test_follow_ups.test_solved_closes_it_by_their_own_word_without_a_duty_entry,
    test_follow_ups.test_a_notice_that_arrives_after_all_stops_the_reminders,
    test_silence.test_a_receipt_that_vanished_is_found_told_once_and_struck_off_when_answered,
    test_silence.test_a_word_without_a_case_and_without_a_reply_is_found,
    test_silence.test_an_answer_that_has_waited_for_a_working_day_is_found_until_it_arrives,
    test_silence.test_what_was_put_aside_is_listed_and_handled_again_by_one_word,
    test_media.test_a_location_finds_its_grid,
    test_media.test_a_picture_answers,
    test_media.test_a_picture_that_follows_is_forwarded_with_the_update,
    test_notices.test_a_notice_from_a_phone_comes_to_its_end,
    test_notices.test_the_same_words_to_mostly_the_same_people_are_questioned,
    test_notices_sending.test_two_schedulers_at_once_say_it_once,
    test_notices_sending.test_who_cannot_be_reached_is_listed_and_only_they_hear_it_again,
    test_notices_sending.test_taken_back_in_the_middle_nobody_keeps_it,
    test_notices_to_people.test_an_open_window_hears_it_now_and_a_closed_one_with_the_next_message,
    test_notices_to_people.test_taken_back_it_is_not_said_with_the_next_message,
    test_platform_faults.test_a_failure_reported_later_makes_the_answer_wait_and_tells_the_officer,
    test_platform_faults.test_no_member_is_sent_more_than_thirty_messages_a_minute,
    test_rosters.test_after_a_swap_is_agreed_a_new_matter_goes_to_the_stand_in,
    test_rosters.test_the_card_shows_what_was_answered_and_a_second_tap_changes_nothing,
    test_rosters.test_whoever_was_asked_first_need_not_answer_when_another_is_asked,
    test_rosters.test_a_stand_in_passes_it_on_and_it_can_be_given_back,
    test_calendars.test_a_station_shows_its_activity_days_with_place_time_topic_and_who_comes,
    test_calendars.test_a_representatives_own_calendar_has_their_duty_days_and_sessions,
    test_calendars.test_a_new_address_makes_the_old_one_gone,
    test_calendars.test_nothing_is_found_by_what_is_no_text,
    test_activity_days.test_from_the_roster_to_the_report,
    test_activity_days.test_whoever_cannot_come_is_replaced_by_somebody_of_the_branch,
    test_activity_days.test_a_moved_day_tells_everyone_who_was_told_once_and_asks_anew,
    test_activity_days.test_those_who_subscribed_are_reminded_and_told_of_a_change,
    test_receptions.test_a_case_opened_at_the_desk_reaches_no_chat_and_its_answer_is_told_in_person,
    test_receptions.test_whoever_scans_the_days_code_is_received_once_and_their_matter_belongs_to_the_day,
    test_live_sessions.test_the_ladder_is_climbed_once,
    test_live_sessions.test_a_question_by_the_code_is_noted_once_and_answered,
    test_live_sessions.test_merged_askers_read_the_answer_of_the_case,
    test_live_sessions.test_everyone_who_was_told_hears_of_a_move_once,
    test_live_sessions.test_a_session_that_is_called_off_leaves_nobody_without_an_answer,
    test_live_sessions.test_a_promise_on_air_has_an_owner_and_a_date,
    test_live_broadcasts.test_the_anchor_begins_and_ends_it,
    test_live_broadcasts.test_a_lost_answer_does_not_reserve_a_second_one,
    test_live_broadcasts.test_the_anchor_cancels_it_in_wecom,
]

ALWAYS = (  # with each `make test`; the others with `make faults`
    test_main_job.test_a_message_by_code_reaches_the_representative_and_the_answer_comes_back,
    test_matters.test_several_messages_in_a_row_have_one_case_one_receipt_and_one_update,
    test_notices_sending.test_two_schedulers_at_once_say_it_once,
    test_platform_faults.test_a_failure_reported_later_makes_the_answer_wait_and_tells_the_officer,
)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with open_redis_url() as url:
        yield url


@pytest.fixture
async def town(
    on_postgresql: Database,
    migrated_postgresql: str,
    redis_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    """Each story ends with no error logged; attachments go to `./data`, so that is a folder of its own."""
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    async with open_town(tmp_path, database_url=migrated_postgresql, redis_url=redis_url) as opened:
        yield opened
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


def _told() -> Iterator[Any]:
    for story in STORIES:
        yield pytest.param(story, marks=() if story in ALWAYS else pytest.mark.long)


@pytest.mark.parametrize("story", list(_told()), ids=lambda story: story.__name__.removeprefix("test_"))
async def test_told_on_postgresql(town: Town, story: Callable[[Town], Awaitable[None]]) -> None:
    await story(town)


@pytest.mark.long
async def test_a_poisoned_message_on_postgresql_stops_nobody(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await test_platform_faults.test_one_poisoned_message_stops_nobody_and_is_told(town, caplog)


async def test_a_redis_that_is_gone_is_said_on_readyz_and_in_the_metrics_and_stops_nobody(
    on_postgresql: Database, migrated_postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_valkey() as redis:
        settings = {"database_url": migrated_postgresql, "redis_url": redis.url}
        async with open_town(tmp_path, **settings) as town, aiohttp.ClientSession() as client:

            async def ask(path: str) -> str:
                async with client.get(urljoin(town.sim.callback_url, path)) as answer:
                    return f"{answer.status} {await answer.text()}"

            redis.stop()
            async with asyncio.timeout(30):
                while "degraded: Redis does not answer" not in (said := await ask("/readyz")):
                    await asyncio.sleep(0.05)
            assert "lianxin_coordination_degraded 1.0" in await ask("/metrics")
            assert not said.startswith("200")  # the loops of a town do not run, so it is never ready
            await test_main_job.test_a_message_by_code_reaches_the_representative_and_the_answer_comes_back(town)
            assert (await check_redis(town.bot.settings)).is_open
            redis.start()
            assert not (await check_redis(town.bot.settings)).is_open
