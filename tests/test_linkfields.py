"""One table of fields: a link is read in the page just as on the server, whatever stands in it."""

import json
import random
import subprocess
from itertools import islice
from urllib.parse import parse_qs, quote, urlencode

import pytest

from gatelab import zoo
from gatelab.languages import speaking
from gatelab.languages.catalogues import for_page
from gatelab.live import fields, first
from gatelab.live.component import first_picture
from gatelab.live.link import KINDS
from gatelab.live.stages import STAGES
from gatelab.live.watch import FOLLOWED
from tests.browser import NODE, ROOT, require

GRU = ("sentiment-gru", "sentiment-lstm", "sentiment-coupled", "prose-lstm")
PAGES = [
    *((name, {}) for name in STAGES if name not in ("lesson", "start")),
    ("start", {"models": (first.MODEL,), "text": first.PROMPTS[0][0], "page": "start"}),
    ("lesson", {"models": GRU, "page": "gru"}),
    ("lesson", {"models": ("sentiment-rnn",), "page": "simple-rnn", "text": "not bad", "step": 1, "level": 0}),
]
EACH = 500
"""Links for each page."""

HOSTILE = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "007",
    "1e3",
    "1.",
    ".5",
    "0.25",
    "1.0000001",
    "9" * 25,
    "\u0663",
    "mean",
    "Mean",
    "<img src=x onerror=alert(1)>",
    "'; drop table",
    "__proto__",
    "constructor",
    "toString",
    "a,b",
    ",",
    ",,",
    ";",
    ":",
    "null",
    "undefined",
    "NaN",
    "\x00\x1f",
    "\u202eabc",
    "\ufeff",
    "a\r\nb",
    "\ud7ff",
    "😀" * 50,
    "é" * 39 + "😀😀",
    "x" * 2001,
    "\U000e0041",
    "中文 السلام",
]
"""Values that are no field's, or only just one's."""


@pytest.fixture(scope="module")
def pages():
    """Each page as its stage gets it: {"page", "given", "fields"}."""
    found = []
    for name, given in PAGES:
        body = first_picture(name, STAGES[name].read({}, **given)[0])
        size = int.from_bytes(body[:8], "little")
        page = json.loads(json.loads(body[8 : 8 + size])["__metadata__"]["page"])
        found.append({"page": {key: page[key] for key in ("models", "families") if key in page}, "given": given, "fields": page["fields"]})
    return found


def read_in_the_page(pages, links, folder, spoken=None):
    """What `readLink` makes of each link, (place in `PAGES`, query), in a language as `for_page` tells it."""
    require("Node.js", NODE)
    (folder / "jobs.json").write_text(json.dumps({"pages": pages, "links": links, "spoken": spoken}), encoding="ascii")
    command = [NODE, str(ROOT / "tests" / "js" / "linked.mjs"), str(folder / "jobs.json"), str(folder / "answers.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "answers.json").read_text(encoding="utf-8"))


def read_on_the_server(k, query):
    """What Python makes of it, as JSON; of several fields of one name Streamlit hands over the last."""
    name, given = PAGES[k]
    asked = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True, errors="replace").items()}
    start, notes = STAGES[name].read(asked, **given)
    return json.loads(json.dumps({"start": start._asdict(), "notes": notes}))


def likely(rng, name, rule, pages):
    """A value of the kind that a field has, right or nearly so."""
    words = rule.get("words", [])
    if isinstance(words, dict):
        words = [word for some in words.get("cell", {}).values() for word in some] or list(zoo.models())
    models = list(zoo.models())
    holds = [
        "f:all:all:=1",
        "c:7,12:4-9:*0.5",
        "keep:all:4-:=1",
        "z:0:1:+-0.3",
        "decoder.scores:0:all:=1",
        "encoder.h:all:2:*.5",
        "l1.f:3:2-:=0.125",
        "q:all:all:=1",
        f"i:0,3:{rng.randrange(1, 20)}:*{rng.choice((100000.5, 2.5, 1234567.5, round(rng.random() * 10 ** rng.randrange(9), 3)))}",
    ]
    weights = ",".join(rng.choice(["0", "1", "0.5", "0.25", "0.33333"]) for _ in range(rng.randrange(1, 12)))
    longer = 10 ** rng.randrange(1, 5)
    made = {
        "word": lambda: rng.choice([*words, "lstm"]),
        "several": lambda: ",".join(rng.choices([*words, "no-such"], k=rng.randrange(4))),
        "models": lambda: ",".join(rng.sample(models, rng.randrange(1, 7))),
        "hold": lambda: ";".join(rng.choices(holds, k=rng.choice((1, 2, 70)))),
        "roles": lambda: ";".join(rng.choices(holds, k=rng.choice((1, 2, 70)))),
        "forced": lambda: rng.choice(["7:" + ",".join(["0.1"] * 10), f"{rng.randrange(80)}:{weights}", f"1:{weights};2:{weights}", "1:1,;"]),
        "units": lambda: ",".join(str(rng.randrange(20)) for _ in range(rng.randrange(2, 6))),
        "text": lambda: "".join(rng.choice("abc é😀\n'.") for _ in range(rng.randrange(60))) * rng.choice((1, 1, 1, 60)),
        "source": lambda: "".join(rng.choice("abc é😀\n'.") for _ in range(rng.randrange(60))) * rng.choice((1, 1, 1, 60)),
        "steps": lambda: ",".join(rng.choice(["3", "7-9", "2-2", "9-7", "1-", "-4", "0", "1999-2000", "2001"]) for _ in range(rng.randrange(5))),
        "decimal": lambda: str(round(rng.random() * 3, rng.randrange(6))),
    }
    return made.get(rule["kind"], lambda: str(rng.randrange(longer)))()


def links_of(k, page, pages):
    """Links to a page, always the same ones: right, damaged, cut, foreign and hostile."""
    rng, rules = random.Random(k), page["fields"]
    for _ in range(EACH):
        names = rng.sample(list(rules), rng.randrange(1, min(8, len(rules))))
        chosen = {name: likely(rng, name, rules[name], pages) if rng.random() < 0.7 else rng.choice(HOSTILE) for name in names}
        if rng.random() < 0.5 and "model" in rules:  # of one of the page's own
            chosen = {"model": rng.choice(page["page"]["models"])["name"]} | chosen
        if rng.random() < 0.5 and "models" in rules and "families" in page["page"]:
            family = [model["name"] for model in rng.choice(page["page"]["families"])["models"]]
            chosen["models"] = ",".join(rng.sample(family, min(len(family), rng.randrange(1, 6))))
        if rng.random() < 0.2:
            chosen[rng.choice(["embed", "embed_options", "utm_source", "5", "__proto__", "\u202e", "<b>"])] = rng.choice(HOSTILE)
        query = urlencode(chosen)
        damage = rng.random()
        if damage < 0.1:
            query = query[: rng.randrange(len(query) + 1)]
        elif damage < 0.2:
            at = rng.randrange(len(query) + 1)
            query = query[:at] + rng.choice(["%", "%ff", "%C3", "&&", "=", "+", "&model=x", quote("\ufffd"), "?"]) + query[at:]
        yield query


def test_a_link_is_read_in_the_page_as_on_the_server(pages, tmp_path):
    links = [(k, f"?{query}") for k, page in enumerate(pages) for query in ["", *links_of(k, page, pages)]]
    for (k, query), found in zip(links, read_in_the_page(pages, links, tmp_path), strict=True):
        assert found == read_on_the_server(k, query[1:]), (PAGES[k][0], query)


def test_notes_on_a_link_are_the_same_in_another_language(pages, tmp_path):
    links = [(k, f"?{query}") for k, page in enumerate(pages) for query in islice(links_of(k, page, pages), 40)]
    found = read_in_the_page(pages, links, tmp_path, for_page("es"))
    with speaking("es"):
        assert found == [read_on_the_server(k, query[1:]) for k, query in links]
    assert any(note.startswith("El valor fijado '") for one in found for note in one["notes"])


def test_what_a_unit_can_follow_is_the_same_in_the_page():
    module = ROOT / "gatelab" / "live" / "static" / "engine" / "properties.js"
    told = f"import({json.dumps(str(module))}).then(({{ PROPERTIES }}) => console.log(Object.keys(PROPERTIES).join()))"
    require("Node.js", NODE)
    assert subprocess.run([NODE, "-e", told], capture_output=True, text=True, check=True).stdout.strip() == ",".join(FOLLOWED)


def test_every_kind_of_field_is_tried(pages):
    tried = {rule["kind"] for page in pages for rule in page["fields"].values()}
    assert tried == {*KINDS, "given"}


def test_the_table_travels_as_json_with_the_page(pages):
    for (name, given), page in zip(PAGES, pages):
        rules = STAGES[name].link
        assert list(page["fields"]) == list(rules) and page["fields"] == json.loads(json.dumps(fields.told(rules, given.get("page", STAGES[name].page))))
