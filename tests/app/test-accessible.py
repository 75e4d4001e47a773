#!/usr/bin/python3
"""Every control on every page has a name that a screen reader can say.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, break_file, make_specimens, wait_until  # noqa: E402

journey = Journey("accessible")
photographs = make_specimens(os.path.join(os.environ["HOME"], "butterflies"))
break_file(os.path.join(photographs, "rgb", "broken.png"))

# What one can act on. A scrolled window takes the focus for its arrow keys and says nothing.
CONTROLS = {
    "push button", "toggle button", "check box", "radio button", "combo box", "entry", "text", "password text",
    "spin button", "slider", "page tab", "list item", "menu item", "image", "link", "switch", "table", "tree table",
    "table cell", "table row",
}  # fmt: skip


def says_nothing(thing):
    """Names of widgets' types are what GTK says where nobody gave one."""
    if thing.name.strip() and not thing.name.startswith(("Gtk", "Adw", "Pheno")):
        return False
    # The row of a list in a form is read as the labels that it holds; a cell must say its own name.
    return thing.role not in ("list item", "table row") or not any(
        part.role == "label" and part.name for part in thing.walk()
    )


def check(me):
    things = me.look()
    # The button inside a list that drops down is said with the list's name.
    inside = {id(b) for a, b in zip(things, things[1:]) if a.role == "combo box" and a.name}
    nameless = [
        f"{thing.role} {thing.name!r} at {thing.place}"
        for thing in things
        if thing.role in CONTROLS
        and id(thing) not in inside
        and "focusable" in thing.states
        and says_nothing(thing)
    ]
    assert not nameless, "without a name: " + "; ".join(nameless)


@journey.step("the start page")
def _(me):
    me.find_usable("push button", "Open Folder…")
    check(me)


@journey.step("the collection as pictures, as a table, and its problems")
def _(me):
    me.open_folder(photographs)
    me.reads("24 images")
    check(me)
    for view in ("Table", "Problems", "Pictures"):
        me.click("push button", view)
        check(me)


@journey.step("a picture and a row are called by the specimen's name and species")
def _(me):
    name = re.compile(r"^\w+ \w+ \d{4} \w+ \w+\.png, \w+ \w+$")
    pictures = wait_until(lambda: [t for t in me.look() if "focusable" in t.states and name.match(t.name)], "pictures")
    assert len(pictures) >= 20, [str(t) for t in pictures]
    me.click("push button", "Table")
    rows = wait_until(
        lambda: [t for t in me.look() if t.role in ("table row", "list item", "row") and name.match(t.name)], "rows"
    )
    assert len(rows) >= 20, [str(t) for t in rows]
    me.click("push button", "Pictures")


@journey.step("the augmentations")
def _(me):
    me.press("Alt+2")
    me.find("check box", "Crop")
    check(me)


@journey.step("the training")
def _(me):
    me.press("Alt+3")
    me.find("spin button", "Epochs")
    check(me)


@journey.step("the map")
def _(me):
    me.press("Alt+4")
    me.click("push button", "Embed Without Training")
    me.find("image", "Map of 24 specimens", patience=240)
    check(me)


@journey.step("the preferences")
def _(me):
    me.press("Ctrl+Comma")
    me.find("spin button", "Threads")
    check(me)
    me.press_away("Escape")


@journey.step("the help")
def _(me):
    me.press("F1")
    me.find("frame", "Phenoscape Help")
    check(me)
    me.press_away("Escape")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run()
