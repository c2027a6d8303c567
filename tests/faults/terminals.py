"""Rows 75 to 94: what terminals and operating systems do."""

from __future__ import annotations

from tests.faults.row import row

ROWS = (
    row(
        75,
        "four hundred resizes in a moment",
        "alive, and drawn for the last size",
        "terminal/test_odd_terminals.py::test_four_hundred_resizes_end_with_the_last_size",
    ),
    row(
        76,
        "a terminal of a few cells, one, or none",
        "no crash, and q still leaves",
        "terminal/test_odd_terminals.py::test_no_size_is_too_small_to_leave",
        "terminal/test_odd_terminals.py::test_it_may_start_too_small",
        "terminal/test_commands.py::test_a_tiny_terminal_is_told_so_and_q_still_leaves",
    ),
    row(
        77,
        "TERM is dumb or missing",
        "refused in words that name the line mode, and not one escape is sent",
        "terminal/test_odd_terminals.py::test_a_terminal_that_can_show_no_screen_is_sent_none",
    ),
    row(
        78,
        "a locale without Unicode",
        "plain signs, and no name is a crash",
        "terminal/test_odd_terminals.py::test_names_a_terminal_has_no_signs_for_are_no_crash",
        "terminal/test_commands.py::test_a_terminal_without_unicode_gets_plain_signs",
    ),
    row(
        79,
        "standard output is no terminal",
        "refused in words with status 2; the demo writes lines",
        "terminal/test_commands.py::test_joining_without_a_terminal_is_refused_in_words",
        "terminal/test_commands.py"
        "::test_the_demo_without_a_terminal_says_so_and_prints_a_line_per_change",
    ),
    row(
        80,
        "the terminal is closed or the connection drops",
        "the token is released, and the program ends within three seconds whatever hangs",
        "terminal/test_leaving.py::test_a_closed_terminal_releases_the_token",
        "terminal/test_bad_moments.py"
        "::test_a_closed_terminal_and_a_dead_node_end_within_three_seconds",
        "terminal/test_bad_moments.py::test_a_closed_terminal_ends_the_join_screen",
        "terminal/test_ways_out.py::test_from_the_dashboard",
        "terminal/test_ways_out.py::test_with_a_node_that_never_answers",
        "terminal/test_ways_out.py::test_a_second_hang_up_does_not_cut_the_release_short",
    ),
    row(
        81,
        "a signal to end",
        "the token is released, the terminal restored, and the status tells the signal",
        "terminal/test_leaving.py::test_a_signal_releases_the_token_and_restores_the_terminal",
        "terminal/test_bad_moments.py::test_a_signal_at_the_join_screen_restores_the_terminal",
        "terminal/test_ways_out.py::test_from_the_dashboard",
        "terminal/test_ways_out.py::test_with_a_terminal_that_reads_nothing",
        "terminal/test_ways_out.py::test_a_program_that_hangs_still_ends_by_a_signal",
        "cli/test_events.py::test_a_signal_ends_it_with_the_token_released",
        "cli/test_ctl.py::test_a_signal_ends_it_with_the_token_released",
    ),
    row(
        82,
        "killed outright",
        "nothing can be released then; at the next start what is left of us is not taken for us,"
        " and the node drops it when the token expires",
        "terminal/test_bad_moments.py"
        "::test_a_killed_program_leaves_a_ghost_that_is_told_apart_at_the_next_start",
        "node/test_tokens.py::test_a_token_not_refreshed_removes_its_participant",
    ),
    row(
        83,
        "writing to the terminal fails",
        "as when it is closed, also where no signal tells of it",
        "terminal/test_lost_terminals.py"
        "::test_a_terminal_that_vanishes_without_a_signal_releases_the_token",
        "terminal/test_lost_terminals.py"
        "::test_a_terminal_that_vanishes_without_a_signal_ends_the_join_screen",
        "cli/test_events.py::test_a_reader_that_leaves_ends_it",
    ),
    row(
        84,
        "ctrl+c again while leaving",
        "the end, at once",
        "terminal/test_bad_moments.py::test_a_second_ctrl_c_while_leaving_ends_it_at_once",
        "terminal/test_ways_out.py"
        "::test_a_second_interrupt_while_the_node_is_waited_for_is_the_end",
    ),
    row(
        85,
        "a fault of ours in a widget",
        "the token is released, the terminal restored, a report left without values, status 70",
        "ui/test_conference_screen.py::test_a_crash_of_a_widget_is_kept_for_the_report",
        "test_crash.py::test_the_report_has_the_place_and_no_value",
        "test_crash.py::test_only_its_owner_reads_it_and_none_is_overwritten",
        "test_crash.py::test_where_nothing_can_be_written_that_is_said",
        "terminal/test_ways_out.py::test_by_a_fault_of_ours",
    ),
    row(
        86,
        "a fault of ours in the background",
        "as in a widget, and never silent",
        "session/test_following.py::test_a_fault_of_our_own_in_the_background_comes_out_of_run",
        "test_crash.py::test_the_command_line_ends_with_70_and_a_report",
        "terminal/test_ways_out.py::test_by_a_fault_of_ours",
    ),
    row(
        87,
        "the event loop is held up for seconds",
        "noticed and written down, and the token is refreshed in time",
        "terminal/test_ways_out.py::test_a_program_that_stands_still_tells_the_log_where",
    ),
    row(
        88,
        "a full disk",
        "said once, and the rest goes on",
        "cli/test_events.py::test_a_full_disk_is_told",
        "cli/test_recording.py::test_a_full_disk_ends_it_after_the_last_whole_line",
        "cli/test_log_file.py::test_a_full_disk_ends_logging_with_one_sentence",
        "terminal/test_files.py::test_a_full_disk_is_said_once_and_the_meeting_goes_on",
    ),
    row(
        89,
        "a home that cannot be written, or none",
        "runs without settings and without memory",
        "terminal/test_odd_terminals.py::test_without_a_home_it_runs_without_settings_and_memory",
        "terminal/test_odd_terminals.py::test_a_home_that_cannot_be_written_is_left_alone",
        "test_settings.py::test_a_home_that_is_no_folder_holds_no_settings",
    ),
    row(
        90,
        "settings that are no settings",
        "said with file and line, and nothing is changed",
        "test_settings.py::test_any_bytes_are_settings_or_a_fault_with_its_place",
        "test_settings.py::test_what_is_wrong_is_said_with_its_place",
        "cli/test_bad_input.py::test_settings_that_cannot_be_meant",
        "cli/test_bad_input.py::test_settings_that_are_no_file",
        "test_settings.py::test_an_endless_file_is_refused",
        "test_settings.py::test_the_line_of_a_letter_that_is_no_utf_8_is_told",
        "test_settings.py::test_a_path_that_would_act_on_the_terminal_is_named_without_harm",
    ),
    row(
        91,
        "few descriptors and many reconnects",
        "none is left over, and without one we wait and come back",
        "terminal/test_odd_terminals.py::test_sixty_four_descriptors_are_enough_for_reconnecting",
        "terminal/test_odd_terminals.py::test_without_a_descriptor_left_it_waits_and_comes_back",
        "session/test_two_hosts.py"
        "::test_three_hundred_reconnects_leave_no_descriptor_and_no_task_behind",
        "trust/test_connections.py::test_a_stream_that_is_given_up_as_it_ends_leaves_no_connection",
        "trust/test_soak.py::test_a_session_holds_no_more_after_hours_than_after_minutes",
    ),
    row(
        92,
        "a slow terminal, or one that stalls",
        "frames are left out and not queued, and nothing else waits for it",
        "terminal/test_lost_terminals.py"
        "::test_a_slow_terminal_holds_up_nothing_and_shows_the_newest",
        "terminal/test_lost_terminals.py"
        "::test_a_stalled_terminal_holds_up_nothing_and_a_signal_still_leaves",
        "terminal/test_changed_cells.py"
        "::test_a_terminal_that_does_not_read_stops_nothing_and_then_shows_the_newest",
    ),
    row(
        93,
        "another terminal attached at the other end",
        "the whole screen is drawn for it",
        "terminal/test_odd_terminals.py"
        "::test_another_terminal_at_the_other_end_gets_the_whole_screen",
        "terminal/test_odd_terminals.py"
        "::test_detached_and_attached_again_in_tmux_everything_is_there",
    ),
    row(
        94,
        "a paste that pretends to have ended",
        "it is all text, and cleaned",
        "terminal/test_pasting.py::test_a_paste_that_ends_its_own_bracket_is_text_and_no_command",
        "ui/test_pasting.py::test_a_paste_is_one_paste_and_the_keys_around_it_are_keys",
        "ui/test_pasting.py::test_an_escape_outside_of_a_paste_is_handed_on_at_once",
    ),
)
