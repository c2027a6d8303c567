"""Rows 1 to 35: what the network and the node's front do."""

from __future__ import annotations

from tests.faults.row import row

ROWS = (
    row(
        1,
        "nobody listens at the start",
        "one line that names the node, and exit status 3",
        "terminal/test_leaving.py::test_a_node_that_is_not_there_is_said_in_one_line_with_status_3",
        "session/test_joining.py::test_an_unreachable_node_is_named",
    ),
    row(
        2,
        "nobody listens any more",
        "the roster stays, dimmed and with its age, while we try again",
        "session/test_storms.py::test_what_was_shown_stays_and_tells_its_age",
        "session/test_storms.py"
        "::test_a_node_that_is_down_for_ninety_seconds_is_tried_a_dozen_times",
        "ui/test_conference_screen.py::test_lost_data_is_dimmed_and_its_age_is_shown",
    ),
    row(
        3,
        "the name server fails",
        "the name is told, and the other targets stay in play",
        "session/test_moving.py::test_a_host_s_name_nobody_knows_is_named",
        "session/test_moving.py"
        "::test_a_host_s_name_that_is_not_known_for_a_while_is_a_line_lost_and_found",
        "session/test_moving.py::test_where_the_first_node_s_name_is_not_known_the_next_is_taken",
        "api/test_discovery.py::test_a_name_server_that_fails",
        "api/test_discovery.py::test_a_name_server_that_does_not_answer",
    ),
    row(
        4,
        "the first of several nodes is dead",
        "the next is tried soon, and the good one is kept",
        "session/test_joining.py::test_the_next_node_is_tried_where_the_first_is_dead",
        "session/test_joining.py"
        "::test_the_next_node_is_tried_within_two_seconds_where_the_first_is_switched_off",
        "session/test_moving.py"
        "::test_the_node_that_let_us_in_is_asked_first_when_the_token_has_died",
    ),
    row(
        5,
        "the node dies in the meeting and another has it",
        "a new token is taken there, and that is said",
        "session/test_moving.py::test_everything_goes_to_the_next_node_once_ours_is_gone",
        "session/test_moving.py"
        "::test_with_both_gone_for_ninety_seconds_the_first_that_returns_is_taken",
        "session/test_moving.py::test_a_node_that_answers_at_all_is_not_left",
    ),
    row(
        6,
        "a certificate authority nobody knows",
        "no token leaves, and the way to trust it is told",
        "api/client/test_trust.py::test_an_authority_nobody_knows_is_named_and_how_to_trust_it",
        "api/client/test_trust.py::test_a_self_signed_certificate_is_called_so",
        "api/client/test_trust.py::test_a_ca_file_or_insecure_lets_the_node_in",
    ),
    row(
        7,
        "a certificate of another name or time",
        "no token leaves, and it is told which of these it is",
        "api/client/test_trust.py::test_a_certificate_for_other_names_says_which",
        "api/client/test_trust.py::test_an_expired_certificate_says_when",
        "api/client/test_trust.py::test_a_certificate_of_tomorrow_asks_for_this_computers_clock",
        "api/test_tls.py::test_every_cause_with_issuer_and_fingerprint",
    ),
    row(
        8,
        "another certificate than the pinned one",
        "no token leaves at the reconnect, and it is shown plainly",
        "api/client/test_trust.py"
        "::test_a_certificate_that_changes_between_connections_gets_no_token",
        "session/test_untrusted.py"
        "::test_a_changed_certificate_is_refused_and_told_until_the_right_one_is_back",
    ),
    row(
        9,
        "TLS spoken to a plain port, or the other way round",
        "a cause that can be read, within five seconds",
        "api/client/test_ports.py::test_tls_spoken_to_a_plain_port",
        "api/client/test_ports.py::test_plain_http_to_a_tls_port",
        "api/client/test_ports.py::test_plain_http_to_a_tls_port_that_answers_in_plain_http",
    ),
    row(
        10,
        "a connection that is never accepted",
        "given up after five seconds",
        "api/client/test_lost_answers.py::test_a_node_that_drops_what_knocks_is_given_up",
        "api/client/test_ports.py::test_a_connection_gets_five_seconds",
    ),
    row(
        11,
        "a reset within an event",
        "the piece is dropped and the line made anew",
        "session/test_coming_back.py"
        "::test_a_stream_that_breaks_is_gone_on_from_its_last_whole_event",
        "trust/test_drops.py::test_drops_of_every_kind_are_made_good_within_a_second_or_two",
    ),
    row(
        12,
        "an end within an event, without a word",
        "the piece is dropped and the line made anew",
        "session/test_coming_back.py"
        "::test_a_stream_that_breaks_is_gone_on_from_its_last_whole_event",
        "trust/test_drops.py::test_drops_of_every_kind_are_made_good_within_a_second_or_two",
    ),
    row(
        13,
        "an end within a chunk",
        "the piece is dropped and the line made anew",
        "session/test_coming_back.py::test_every_way_chunks_can_end_is_a_line_lost_and_found",
        "trust/test_drops.py::test_drops_of_every_kind_are_made_good_within_a_second_or_two",
    ),
    row(
        14,
        "a stream that ends in good order",
        "a lost line like any other, not the end of the meeting",
        "session/test_coming_back.py::test_every_way_chunks_can_end_is_a_line_lost_and_found",
        "session/test_following.py::test_a_stream_that_ends_is_opened_again",
        "trust/test_drops.py::test_drops_of_every_kind_are_made_good_within_a_second_or_two",
    ),
    row(
        15,
        "a cable pulled out",
        "marked as old within 30 seconds, tried anew within 45",
        "session/test_silence.py::test_a_silent_line_whose_probe_fails_is_made_anew",
        "session/test_silence.py::test_a_line_that_carries_nothing_in_either_direction_is_given_up",
        "api/client/test_socket_options.py::test_a_plain_connection_is_watched",
        "api/client/test_socket_options.py::test_a_connection_of_tls_is_watched",
    ),
    row(
        16,
        "half a minute of silence, then more",
        "asked after and not cut, and nobody stands there twice",
        "session/test_silence.py::test_a_silent_line_that_agrees_stays",
        "session/test_silence.py::test_a_stall_that_ends_in_time_costs_nothing",
    ),
    row(
        17,
        "a laptop that slept for a night",
        "noticed at once, and joined anew without a burst",
        "session/test_sleeping.py::test_after_a_sleep_of_the_computer_the_line_is_made_anew",
        "session/test_storms.py"
        "::test_a_computer_that_wakes_beside_a_node_that_is_down_makes_no_storm",
    ),
    row(
        18,
        "stopped by the shell and continued",
        "the terminal is the shell's meanwhile, then as after a sleep",
        "terminal/test_lost_terminals.py"
        "::test_stopped_by_the_shell_the_terminal_is_the_shells_until_it_goes_on",
        "session/test_sleeping.py"
        "::test_after_the_process_was_stopped_the_token_is_taken_anew_and_once",
    ),
    row(
        19,
        "a balancer's error page for the events",
        "not read as events, and tried again after a while",
        "session/test_following.py::test_what_is_no_stream_is_tried_again",
        "api/client/test_refusals.py::test_event_streams_that_are_none",
    ),
    row(
        20,
        "a balancer's error page for an action",
        "told as not done, and not sent a second time",
        "session/test_sending.py::test_a_refusal_is_told_in_the_node_s_words_and_not_tried_again",
        "session/test_sending.py::test_a_lost_answer_is_unknown_and_never_asked_for_again",
        "trust/test_acting.py::test_no_action_is_carried_out_twice_under_faults",
    ),
    row(
        21,
        "asked to come back later",
        "obeyed, for two minutes at most",
        "session/test_following.py::test_retry_after_is_obeyed",
        "api/test_answers.py::test_retry_after",
        "api/client/test_refusals.py::test_retry_after_is_told",
    ),
    row(
        22,
        "the conference is gone",
        "a token is asked for once more, then that is the end",
        "session/test_following.py::test_a_conference_that_is_gone_ends_the_session",
    ),
    row(
        23,
        "the token is refused a refresh",
        "joined anew with the PIN we have, or it is asked for; no storm",
        "session/test_tokens.py::test_a_refused_refresh_joins_anew_with_the_kept_pin",
        "session/test_tokens.py::test_a_pin_that_was_changed_meanwhile_is_asked_for",
        "session/test_tokens.py::test_a_node_that_lets_us_in_no_more_ends_the_session",
    ),
    row(
        24,
        "an action refused, for the role is lost",
        "said in words, and the role is looked up",
        "session/test_tokens.py"
        "::test_a_role_lost_without_an_event_is_read_again_where_the_node_refuses_for_it",
        "ui/test_conference_screen.py::test_a_guest_is_told_what_only_a_host_can_do",
    ),
    row(
        25,
        "a node that restarts",
        "back within 15 seconds of its return, and said once",
        "session/test_storms.py"
        "::test_a_node_that_is_down_for_ninety_seconds_is_tried_a_dozen_times",
        "session/test_storms.py::test_a_token_that_dies_while_its_node_is_down_makes_no_storm",
        "session/test_following.py::test_a_node_down_for_ninety_seconds_sees_no_storm",
    ),
    row(
        26,
        "a refresh answered after the old token died",
        "one refresh at a time, for which requests wait",
        "session/test_tokens.py"
        "::test_a_refresh_answered_after_the_old_token_s_end_is_good_and_nothing_failed",
        "session/test_tokens.py::test_requests_wait_for_a_refresh_and_use_the_new_token",
        "session/test_tokens.py::test_the_timer_and_the_demand_at_one_moment_are_one_refresh",
    ),
    row(
        27,
        "a token with an odd life",
        "held between 10 seconds and a day",
        "api/test_token.py::test_how_long_it_lives",
        "session/test_tokens.py::test_a_life_no_token_can_have_makes_no_storm",
        "traps/test_answers.py::test_trap_03_expires_is_a_string_and_nonsense_makes_no_tight_loop",
    ),
    row(
        28,
        "a refresh whose answer is lost",
        "tried with the old token once more, then joined anew",
        "session/test_tokens.py::test_a_lost_answer_to_a_refresh_is_followed_up_soon",
    ),
    row(
        29,
        "sent on to another host",
        "not followed, and the token is not seen there",
        "api/client/test_redirects.py::test_a_redirect_of_any_request_takes_it_nowhere",
        "api/client/test_redirects.py::test_leaving_is_redirected_nowhere_either",
    ),
    row(
        30,
        "a proxy that wants a password, or dies",
        "the proxy is named",
        "api/client/test_proxies.py::test_a_proxy_that_wants_another_password_says_so",
        "api/client/test_proxies.py::test_a_proxy_that_is_not_there_is_to_blame",
        "api/client/test_proxies.py::test_a_proxy_that_dies_is_to_blame",
        "api/client/test_proxies.py::test_a_proxy_that_is_silent_is_to_blame",
    ),
    row(
        31,
        "an answer that trickles for ever",
        "given up after ten seconds",
        "api/client/test_lost_answers.py::test_a_lost_answer",
        "api/client/test_lost_answers.py::test_an_event_stream_that_does_not_open",
    ),
    row(
        32,
        "a kilobyte a second and a thousand people",
        "not taken for old while bytes come, and whole in the end",
        "session/test_crowded_lines.py"
        "::test_a_slow_line_with_a_thousand_people_is_not_old_and_whole_in_the_end",
    ),
    row(
        33,
        "twenty thousand events a second",
        "drawn once a frame, and keys are still answered",
        "session/test_frames.py::test_a_flood_is_painted_at_most_once_an_interval",
        "session/test_crowded_lines.py::test_a_flood_lets_keys_through_and_keeps_nothing",
    ),
    row(
        34,
        "a line that flaps a hundred times a minute",
        "waited for ever longer, said once, and no descriptor is left over",
        "session/test_storms.py"
        "::test_a_hundred_cuts_in_a_minute_are_one_banner_and_leave_nothing_behind",
        "session/test_following.py::test_a_line_that_flaps_is_told_once_and_tried_ever_less",
        "session/test_two_hosts.py"
        "::test_three_hundred_reconnects_leave_no_descriptor_and_no_task_behind",
    ),
    row(
        35,
        "IPv6 addresses, zones and ports",
        "the URL is built right",
        "api/test_address.py::test_addresses",
        "api/client/test_ports.py::test_a_node_by_its_ipv6_address",
    ),
)
