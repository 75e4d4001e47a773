#!/usr/bin/python3
"""The whole road by mouse, as a person would go it.

SPDX-License-Identifier: Apache-2.0
"""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, make_specimens  # noqa: E402

journey = Journey("person")
photographs = make_specimens(os.path.join(os.environ["HOME"], "butterflies"))
with open(os.path.join(photographs, "rgb", "broken.png"), "wb") as broken:
    broken.write(b"\x89PNG\r\n\x1a\n no picture follows")


@journey.step("a folder given to the program opens")
def _(me):
    me.find("frame", "butterflies")
    me.find("page tab", "Collection")


@journey.step("its study is made beside it")
def _(me):
    assert os.path.exists(os.path.join(photographs + ".study", "study.ini"))


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run([photographs])
