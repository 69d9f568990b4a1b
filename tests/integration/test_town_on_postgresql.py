"""The main conversations once more, with the bot on a real PostgreSQL."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage.database import Database
from tests.scenarios import (
    test_answers,
    test_entering,
    test_main_job,
    test_matters,
    test_media,
    test_platform_faults,
)
from tests.support.town import Town, open_town

STORIES = [
    test_main_job.test_a_message_by_code_reaches_the_representative_and_the_answer_comes_back,
    test_entering.test_nobody_is_greeted_twice,
    test_entering.test_another_code_scanned_since_begins_a_matter_of_its_own,
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
    test_media.test_a_location_finds_its_grid,
    test_media.test_a_picture_answers,
    test_media.test_a_picture_that_follows_is_forwarded_with_the_update,
    test_platform_faults.test_a_failure_reported_later_makes_the_answer_wait_and_tells_the_officer,
    test_platform_faults.test_no_member_is_sent_more_than_thirty_messages_a_minute,
]


@pytest.fixture
async def town(
    on_postgresql: Database,
    migrated_postgresql: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    """Each story ends with no error logged; attachments go to `./data`, so that is a folder of its own."""
    caplog.set_level(logging.INFO)
    monkeypatch.chdir(tmp_path)
    async with open_town(tmp_path, database_url=migrated_postgresql) as opened:
        yield opened
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__.removeprefix("test_"))
async def test_told_on_postgresql(town: Town, story: Callable[[Town], Awaitable[None]]) -> None:
    await story(town)


async def test_a_poisoned_message_on_postgresql_stops_nobody(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    await test_platform_faults.test_one_poisoned_message_stops_nobody_and_is_told(town, caplog)
