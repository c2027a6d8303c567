"""What people write in the chat of a lively meeting."""

from __future__ import annotations

import random

_LINES = (
    "Good morning everyone",
    "Hi all, sorry I am late",
    "Slides are in the folder",
    "Can you hear me?",
    "Yes, loud and clear",
    "You are on mute 🙂",
    "Could you make that a bit larger, please?",
    "Page 12, second table",
    "+1",
    "Agreed",
    "I have to leave at half past",
    "Who takes the minutes today?",
    "I can do it",
    "The figures are from last quarter, aren't they?",
    "Yes, Q3. The new ones come on Friday",
    "https://wiki.example.com/display/PLAN/Roadmap+2025?focus=q4#dates",
    "Thanks, found it",
    "My line is bad, I will dial in by phone",
    "Das Protokoll schicke ich heute Nachmittag",
    "Merci beaucoup !",
    "資料をありがとうございます",
    "Can we take the budget first?",
    "[draft] means it is not approved yet",
    "That is rule 4.2 in the guideline",
    "What is the deadline?",
    "End of next week",
    "👍",
    "Let's take that offline",
    "Please add me to the invitation for the follow-up, the one on Thursday with the people from "
    "Oslo, and send the agenda around before noon so that I can prepare the open points",
    "Is someone from the hospital here?",
    "I think they are still in the waiting room",
    "Could the host let them in?",
    "Short break?",
    "Five minutes, then we go on",
    "Back",
    "Very good point",
)
_TO_SOMEONE = (
    "{name}, could you share your screen?",
    "Thank you {name}",
    "{name}: which version is that?",
    "I agree with {name}",
    "@{name} see my mail of yesterday",
)


def make_line(rng: random.Random, other: str) -> str:
    """A chat line that suits a meeting, now and then to `other`."""
    if rng.random() < 0.2:
        return rng.choice(_TO_SOMEONE).format(name=other.split()[0] if other else "all")
    return rng.choice(_LINES)
