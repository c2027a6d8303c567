"""Alarms: pure, without any clock or file of their own.

`alarms.Alarms` is what others use. How changes come in: `follow` each conference with a `Policy`
(`policy.policy_of`, from the profile, the expectations and the settings), then give `take` the
`Changes` of each batch as a watch of the feed has them when it calls `changed`, together with the
`Line` of that moment; a line is LIVE only while its stream brings events and the list is complete.
Batches may be merged into frames, but then alarms see no more than the frames do. `take_status`,
`take_program`, `called` and `gave_role` take what no event tells. `advance` lets time pass; whether
it is called each frame or when `next_due` says so makes no difference to what happens and when.

What comes out: each of these calls returns `Edge`s in order. RAISED, WORSENED, EASED, ACKED,
RETURNED, CLEARED, SHELVED, UNSHELVED, SUPPRESSED and RELEASED are for the screen and the log.
ANNOUNCED is for other programs, which are to be told of its end too: RETURNED or CLEARED with
`was_announced`; at WORSENED and EASED with it, what they were told had another severity. BELL is
when the terminal rings. `listed`, `counts` and `words` are for drawing, and `listing.Listing` keeps
the order of the list. `take_kept_changes` is what to write after each call, and `adopt` takes what
another wall has written.
"""
