#!/usr/bin/python3
"""The start page, and what is offered after the window was killed.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import COMMAND_LINE, Journey, make_specimens, wait_until  # noqa: E402

journey = Journey("start")
home = os.environ["HOME"]
photographs = make_specimens(os.path.join(home, "butterflies"))
moved = make_specimens(os.path.join(home, "moths"))
run = os.path.join(photographs + ".study", "runs", "2026-11-23-a")


def close_study(me):
    me.press("F10")
    me.click("menu item", "Close Study")
    me.find("push button", "Open Folder…")


@journey.step("the first start says what the program is for, and how to begin")
def _(me):
    me.reads("Which specimens look alike?")
    me.find_usable("push button", "Open Folder…")
    me.find_usable("push button", "Try the Built-in Specimens")
    assert not me.sees("label", "Recent Studies")
    me.gone("page tab", "Collection")


@journey.step("a folder is opened by its path in the dialog")
def _(me):
    me.open_folder(photographs)
    me.find("page tab", "Collection")


@journey.step("a study that is closed stands on the start page, with its folder")
def _(me):
    close_study(me)
    row = me.find("list item", "butterflies")
    me.reads("Today", within=row)
    me.reads("No run yet", within=row)


@journey.step("its row opens it again")
def _(me):
    me.click_on(me.find("list item", "butterflies"))
    me.find("frame", "butterflies")
    close_study(me)


@journey.step("a study that is gone is marked, removed and put back")
def _(me):
    me.open_folder(moved)
    close_study(me)
    os.rename(moved + ".study", os.path.join(home, "moved.study"))
    me.open_folder(photographs)
    close_study(me)
    row = me.find("list item", "moths")
    me.reads("Folder not found", within=row)
    me.find("push button", "Locate…", within=row)
    me.click("push button", "Remove from List", within=row)
    me.gone("list item", "moths")
    me.press("Ctrl+Z")
    me.find("list item", "moths")


@journey.step("its new place is found")
def _(me):
    me.click("push button", "Locate…")
    me.choose_folder("Where Is “moths” Now", os.path.join(home, "moved.study"))
    me.find("list item", "moths")
    me.gone("push button", "Locate…")


@journey.step("a run that was killed is offered to be resumed or discarded")
def _(me):
    os.makedirs(os.path.dirname(run), exist_ok=True)
    trainer = subprocess.Popen(
        [COMMAND_LINE, "train", f"--collection={photographs}", "--set=model.size=32", "--set=training.batch=8",
         "--set=training.epochs=500", "-o", run],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until(lambda: os.path.exists(os.path.join(run, "last.safetensors")), "a first epoch")
    me.open_folder(photographs)
    close_study(me)
    me.reads(re.compile(r"Training: \d+ of 500 epochs done"))
    trainer.kill()
    trainer.wait()
    me.reads(re.compile(r"Interrupted after \d+ of 500 epochs"))
    me.find_usable("push button", "Resume")
    me.find_usable("push button", "Discard")


@journey.step("discarding asks, and moves the run to the trash")
def _(me):
    me.click("push button", "Discard")
    dialog = me.find("dialog", re.compile("Discard the last run"))
    me.click("push button", "Cancel", within=dialog)
    me.gone("dialog", re.compile("Discard the last run"))
    assert os.path.exists(run)
    me.click("push button", "Discard")
    dialog = me.find("dialog", re.compile("Discard the last run"))
    me.click("push button", "Discard", within=dialog)
    wait_until(lambda: not os.path.exists(run), "the run to go")
    me.reads("No run yet")


@journey.step("after the window was killed the study is offered where it was left")
def _(me):
    me.open_folder(photographs)
    me.press("Alt+2")
    wait_until(
        lambda: "page=augment" in open(photographs + ".study/session.ini", encoding="utf-8").read(),
        "the page to be noted",
    )
    me.kill()
    me.start()
    me.reads("ended unexpectedly while “butterflies” was open")
    me.click("push button", "Reopen")
    me.find("frame", "butterflies")
    wait_until(lambda: me.find("page tab", "Augment").checked, "the page that was seen last")


@journey.step("what was closed well is not offered")
def _(me):
    me.quit()
    me.start()
    me.find("list item", "butterflies")
    assert not me.sees("push button", "Reopen")


@journey.step("the built-in specimens are drawn and opened")
def _(me):
    me.click("push button", "Try the Built-in Specimens")
    me.find("frame", "built-in-specimens", patience=240)
    me.reads("300 images")


@journey.step("F1 shows the chapter of the page")
def _(me):
    me.press("F1")
    me.find("frame", "Phenoscape Help")
    me.reads("A collection is one or several folders")
    me.press("Escape")
    me.gone("frame", "Phenoscape Help")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()
    shutil.rmtree(photographs)


journey.run()
