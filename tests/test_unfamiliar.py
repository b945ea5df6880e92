"""A text in a language or script that a model never saw is said to be so, on every stage; a rare word is not."""

import pytest

from gatelab import zoo
from gatelab.words import LEARNED

FRENCH = "Ce film était vraiment terrible, mais j'ai aimé la musique"
RARE = "the splendiferous film was not bad at all"
ARABIC = "١٩ مارس ٢٠١٩"
RUSSIAN = "Привет, как дела?"

# Path, a text that its model cannot read, what is said of it, one that it can.
STRANGE = [
    ("/", FRENCH, "learned short English reviews. 7 of these 10 words are unknown", RARE),
    ("/lstm", FRENCH, "learned short English reviews. 7 of these 10 words are unknown", RARE),
    ("/watch", RUSSIAN, "learned English prose. 13 of these 15 characters are unknown", "Rare words do not matter: zyxwv."),
    ("/compare", RUSSIAN, "unknown to them", None),
    ("/memory", RUSSIAN, "unknown to them", None),
    ("/attention", ARABIC, "10 of these 10 characters are unknown", "19 mars 2019"),
    ("/self-attention?model=dates-transformer&text=1+mai+2001", ARABIC, "10 of these 10 characters are unknown", "19 mars 2019"),
    ("/attention?model=translate-additive&text=I+am+happy+.", "Je suis un étudiant et tu es belle", "8 of these 8 words are unknown", "the zyxwv cat sleeps ."),
]


def test_every_task_says_what_its_models_learned():
    assert {zoo.task(name) for name in zoo.models()} <= LEARNED.keys()


@pytest.mark.browser
@pytest.mark.parametrize(("path", "strange", "said", "known"), STRANGE, ids=lambda value: str(value)[:30])
def test_a_text_that_the_model_cannot_read_is_said_to_be_so(watched, server, path, strange, said, known):
    watched.allowed = ("404",)
    page = watched.page
    page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")
    page.goto(server.url + path)
    page.wait_for_function("window.painted !== undefined", timeout=30_000)
    box, notice = page.locator("textarea"), page.locator(".notice")
    opening = box.input_value()
    assert notice.inner_text() == ""  # of its own opening nothing is said
    for text, told in [(strange, said), (known or opening, "")]:
        box.fill(text)
        page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=10_000)
        assert (told in notice.inner_text()) if told else notice.is_hidden()
