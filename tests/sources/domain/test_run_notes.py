from sources.domain.run_notes import run_told


def test_refusals_are_told_by_reason_and_host() -> None:
    refused = [f"http://10.0.0.{number}/x address_private" for number in range(7)]
    told = run_told({"refused": [*refused, "10.0.0.1:80 address_private", "mail.example:25 port_refused"]})
    assert told == (
        "The page asked 8 times for something that is not on the public internet "
        "(10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4 and others): nothing was connected to.",
        "The page asked once for something that is on a port that is not allowed "
        "(mail.example:25): nothing was connected to.",
    )


def test_what_is_missing_is_counted_in_words() -> None:
    notes = {
        "picture": "The page is 50,000 pixels tall; the picture shows the first 16,384 of them.",
        "frames_kept": 1,
        "frames_left_out": 2,
        "taken_left_out": 1,
        "still_loading": 3,
        "is_scrolled_to_its_end": False,
        "dialogs_dismissed": ["stop"],
        "tabs_closed": ["a", "b"],
    }
    assert run_told(notes) == (
        "The page is 50,000 pixels tall; the picture shows the first 16,384 of them.",
        "1 frame of the page was kept, with its words.",
        "2 frames were not kept: too many, too large, or gone when asked.",
        "1 picture or style sheet was not kept.",
        "When the page was taken, 3 answers were still on the way.",
        "The page was not scrolled to its end: what waits to be seen may be missing.",
        "The page opened 1 dialog, which was dismissed.",
        "The page opened 2 tabs, which were closed.",
    )


def test_notes_of_anything_else_and_broken_ones_tell_nothing() -> None:
    assert run_told({}) == ()
    assert run_told({"refused": "x", "frames_kept": True, "still_loading": -1, "tabs_closed": None}) == ()
    [told] = run_told({"refused": ["http://[ " + "x" * 1_000 + " address_private"]})
    assert len(told) < 250
