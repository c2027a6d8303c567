"""Rows 95 to 108: what people do."""

from __future__ import annotations

from tests.faults.row import row

ROWS = (
    row(
        95,
        "a key pressed twice",
        "one request of a kind for a person at a time, and never a toggle against itself",
        "ui/test_user_faults.py::test_m_pressed_twice_in_a_burst_is_one_request",
        "session/test_targets.py::test_a_second_press_while_the_first_is_under_way_sends_nothing",
    ),
    row(
        96,
        "an action on one who has just left",
        "said quietly, and nobody else is meant",
        "session/test_targets.py::test_who_left_before_the_request_is_quietly_left_out",
        "session/test_targets.py::test_who_left_while_the_request_was_on_its_way_is_no_error",
        "terminal/test_moderating.py::test_a_key_for_someone_who_has_left_reaches_nobody_else",
    ),
    row(
        97,
        "disconnecting oneself",
        "asked for by name, then left in order",
        "ui/test_user_faults.py::test_disconnecting_oneself_is_asked_for_and_leaves_in_order",
        "ui/test_user_faults.py::test_disconnecting_oneself_among_others_takes_the_others_first",
    ),
    row(
        98,
        "disconnecting everyone",
        "how many is told, and the conference's name is wanted",
        "ui/test_user_faults.py::test_disconnecting_everyone_tells_how_many_and_wants_the_name",
        "terminal/test_moderating.py::test_disconnecting_everyone_wants_the_name_typed",
    ),
    row(
        99,
        "rows that move under the cursor",
        "keys and dialogs stay with the person",
        "model/test_roster.py::TestAHostAtTheKeys",
        "ui/test_user_faults.py::test_a_confirmation_is_for_whom_it_named_whatever_moves_meanwhile",
        "terminal/test_moderating.py::test_a_key_is_for_the_person_even_when_rows_move",
    ),
    row(
        100,
        "leaving while joining, at a prompt, or while reconnecting",
        "at once, and a token that was obtained is released",
        "terminal/test_bad_moments.py::test_leaving_while_the_node_thinks_releases_the_token_it_gives",
        "terminal/test_bad_moments.py::test_ctrl_c_at_the_pin_prompt_joins_nothing",
        "terminal/test_bad_moments.py::test_leaving_while_reconnecting_releases_the_token",
        "terminal/test_commands.py::test_leaving_at_the_pin_prompt_joins_nothing",
    ),
    row(
        101,
        "a megabyte pasted into the chat",
        "cut, and said to be",
        "ui/test_typed_lines.py::test_a_megabyte_pasted_into_the_chat_is_cut_and_that_is_said",
        "ui/test_typed_lines.py::test_what_is_pasted_after_what_was_typed_loses_neither",
    ),
    row(
        102,
        "breaks, tabs and escapes in the chat line",
        "one clean line",
        "ui/test_typed_lines.py::test_what_is_pasted_into_the_chat_is_one_clean_line",
        "ui/test_typed_lines.py::test_escape_and_tab_in_the_chat_line_are_keys_and_send_nothing",
    ),
    row(
        103,
        "an odd destination",
        "refused in words, or sent as JSON and nowhere else",
        "ui/test_request_forms.py::test_a_destination_is_refused_in_words_or_sent_as_it_stands",
        "ui/test_request_forms.py::test_a_destination_never_leaves_the_body",
        "ui/test_request_forms.py::test_what_is_no_destination_is_refused",
    ),
    row(
        104,
        "digits that are none",
        "refused in words",
        "ui/test_request_forms.py::test_only_digits_are_dtmf",
        "terminal/test_request_dialogs.py::test_digits_are_checked_and_stand_in_no_journal",
    ),
    row(
        105,
        "an alias that means another path",
        "encoded or refused; no request leaves its conference",
        "api/test_address.py::test_no_name_leaves_its_place_in_a_path",
        "api/test_address.py::test_nobody_is_named_by_a_way_out",
        "api/client/test_places.py::test_an_alias_cannot_leave_its_place",
        "api/client/test_places.py::test_no_text_leaves_its_place_in_what_arrives",
    ),
    row(
        106,
        "two dashboards on one conference",
        "both are right, and neither takes back what the other did",
        "session/test_two_hosts.py::test_two_dashboards_show_the_same_and_do_not_fight",
        "session/test_two_hosts.py::test_what_the_other_dashboard_removed_is_no_error_here",
    ),
    row(
        107,
        "a transfer to where it cannot go",
        "the refusal is said, and everybody is still there",
        "session/test_two_hosts.py"
        "::test_a_transfer_the_node_refuses_leaves_everybody_where_they_are",
    ),
    row(
        108,
        "a wall that nobody touches",
        "nothing waits for a key, what was said ages out, and the clock moves",
        "ui/test_user_faults.py::test_a_wall_asks_nothing_and_forgets_what_it_said",
    ),
)
