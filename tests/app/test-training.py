#!/usr/bin/python3
"""While a run trains on all cores: the window answers, and what becomes of the run when it is killed.

SPDX-License-Identifier: Apache-2.0

The program notes for how long each turn of its main loop held it up, without what it waited for a
processor (app/heartbeat.c). Even so the limit is that of a quiet machine of today, and is asserted
where PHENO_TEST_STRICT is set; elsewhere a turn may take five times as long.
"""

import csv
import glob
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, make_specimens, wait_until  # noqa: E402

HELD_MS = 50 if os.environ.get("PHENO_TEST_STRICT") else 250

journey = Journey("training")
home = os.environ["HOME"]
photographs = make_specimens(os.path.join(home, "butterflies"), specimens=64, species=4)
study = photographs + ".study"
heartbeat = os.path.join(home, "heartbeat.csv")


def beats():
    with open(heartbeat, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def longest(begun):
    rows = beats()[begun + 1 :]
    held = max((float(row["held_ms"]) for row in rows), default=0)
    wall = max((float(row["wall_ms"]) for row in rows), default=0)
    return f"held up for {held:.0f} ms at most in {len(rows)} s, {wall:.0f} ms by the clock"


def epochs():
    try:
        (history,) = glob.glob(os.path.join(study, "runs", "*", "history.csv"))
        with open(history, encoding="utf-8") as file:
            return len(list(csv.DictReader(file)))
    except (OSError, ValueError):
        return 0


def wait_for_epochs(more):
    wanted = epochs() + more
    wait_until(lambda: epochs() >= wanted, f"epoch {wanted}", 240)


@journey.step("a long run begins")
def _(me):
    me.find("frame", "butterflies")
    me.click("page tab", "Train")
    for name, value in (("Input size", 32), ("Batch", 16), ("Epochs", 2000)):
        me.find_usable("spin button", name).set_value(value)
    me.click("push button", "Start Training")
    me.find("image", "Loss", patience=240)
    wait_until(lambda: epochs() > 0, "a first epoch", 240)


@journey.step("the main loop is not held up while all cores train and pages are walked through")
def _(me):
    begun = len(beats())
    wait_for_epochs(2)
    print(f"# resting: {longest(begun)}")
    for keys in ("Alt+1", "Alt+2", "Alt+4", "Alt+3"):
        me.press(keys)
        time.sleep(1.5)
    wait_for_epochs(2)
    print(f"# in all: {longest(begun)}")
    rows = beats()[begun + 1 :]
    assert len(rows) >= 5, "the heartbeat stands still"
    assert max(float(row["held_ms"]) for row in rows) <= HELD_MS


@journey.step("the run goes on when the window is killed")
def _(me):
    me.kill()
    wait_for_epochs(2)


@journey.step("the next start offers the study back and finds the run")
def _(me):
    me.start()
    me.reads("ended unexpectedly while “butterflies” was open")
    me.reads(re.compile(r"Training: \d+ of 2000 epochs done"))
    me.click("push button", "Reopen")
    me.find("frame", "butterflies")
    me.find("image", "Loss")
    before = epochs()
    wait_until(lambda: epochs() > before, "another epoch", 240)
    me.find_usable("push button", re.compile("Pause|Stop"))


@journey.step("it can be stopped from the new window, and is kept or resumed")
def _(me):
    me.click("push button", re.compile("^Pause"))
    me.reads(re.compile("Paused after|Paused"), patience=240)
    me.find_usable("push button", "Resume")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run([photographs], environment={"PHENOSCAPE_HEARTBEAT": heartbeat})
