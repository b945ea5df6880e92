"""Two languages for tests, which no visitor is offered: all words are in letters with marks, so that what is not translated stands out.

In `xx-long` every text is twice as long, in `xx-mirror` it runs from right to left.
"""

import re

LONG, MIRROR = "xx-long", "xx-mirror"
NAMES = (LONG, MIRROR)

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "áƀćđéƒǵĥíĵķĺṁńóṕɋŕśťúṽẃẋýźÁɃĆĐÉƑǴĤÍĴĶĹṀŃÓṔɊŔŚŤÚṼẂẊÝŹ")

KEPT = re.compile(r"(\{\{.*?\}\}|\{\w*\}|`[^`]*`|\$[^$]+\$|\]\([^)]*\)|<[^>]*>|https?:\S+|:material/\w+:)")
"""What is the same in all languages: names in braces, code, formulas, addresses, HTML."""


def disguised(name: str, text: str) -> str:
    """A text in one of these languages: what is not the same in all languages is in letters with marks.

    Args:
        name: one of `NAMES`.
        text: in English.
    """
    marked = "".join(part if k % 2 else part.translate(LETTERS) for k, part in enumerate(KEPT.split(text)))
    return f"{marked} {marked}" if name == LONG and any(sign.isalpha() for sign in text) else marked
