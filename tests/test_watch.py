"""The Watch page in a real browser, driven as a visitor drives it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from gatelab import zoo
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from gatelab.words import glyph
from tests.browser import running
from tests.equations import ROWS
from tests.stage import StagePage, number

PROBED = ("404",)  # Streamlit itself asks for /watch/_stcore/health first
FAST = "She told him, in a low voice, that nobody could have known it."


@pytest.fixture
def stage(server, watched):
    watched.allowed = PROBED
    return StagePage(watched.page, server.url)


def test_it_opens_on_a_picture_that_is_right(stage):
    stage.check_picture(zoo.opening("prose-lstm").text)


def test_it_opens_on_a_few_units_each_with_its_name_in_rows_that_can_be_read(stage):
    """What is said of each is what stands in the model's card; the memory comes first."""
    known = zoo.card("prose-lstm")["measured"]["units"]
    assert stage.few and 1 <= len(known) <= 8
    first = stage.page.locator(".maps canvas").first
    assert first.get_attribute("data-name") == "c" and first.bounding_box()["height"] >= 22 * len(known)
    for name in ("c", "f"):
        labels = stage.page.locator(f".map:has(canvas[data-name='{name}']) button.unit")
        assert labels.count() == len(known)
        for k, one in enumerate(known):
            said, title = labels.nth(k).inner_text(), labels.nth(k).get_attribute("title")
            assert str(one["unit"]) in said and one["called"] in said
            assert f"{one['measure']} {one['score']:.2f}" in title and f"{one['on']:,} held-out characters" in title
    stage.page.get_by_text("Look at unit 70, counts the letters of a word: c rises").wait_for()
    stage.page.locator(".maps button.unit").last.click()
    stage.page.locator(f".panel h3:has-text('unit {known[-1]['unit']},')").wait_for()
    stage.page.get_by_text(f"Look at unit {known[-1]['unit']}, {known[-1]['called']}").wait_for()


def test_a_chosen_unit_without_a_name_has_a_row_of_its_own(stage):
    stage.page.get_by_label("Unit", exact=True).fill("33")
    stage.page.get_by_label("Unit", exact=True).press("Enter")
    stage.page.get_by_text("Unit 33 is none of the 8 that have a name").wait_for()
    stage.check_picture(stage.text)


def test_all_units_are_one_click_away_and_in_the_link(stage):
    stage.show("All units")
    stage.check_picture(stage.text)
    stage.page.goto(stage.page.url.split("?")[0] + "?maps=all")
    stage.page.locator(".maps:not(.few) canvas[data-name='c']").wait_for()


def test_the_small_model_is_the_first_of_the_menu_and_its_range_is_said_at_the_legend(stage):
    options = stage.page.get_by_label("Model", exact=True).locator("option")
    assert options.first.inner_text() == "prose-small, 24 units"
    stage.page.get_by_label("Model", exact=True).select_option("prose-small")
    stage.check_picture(stage.text, "prose-small")
    span = zoo.card("prose-small")["measured"]["ranges"]["c"]
    said = f"c from \u2212{span['to']:g} to {span['to']:g}: {int(100 * span['inside'])}\u2009% of values on unseen text lie inside"
    assert stage.page.locator(".map .reach").first.inner_text() == said


def test_sixty_characters_typed_fast_then_one_corrected_in_the_middle(stage):
    stage.replace("")
    stage.page.locator("textarea").press_sequentially(FAST[:60], delay=5)
    stage.check_picture(FAST[:60])
    for _ in range(30):
        stage.page.keyboard.press("ArrowLeft")
    stage.page.keyboard.press("Backspace")
    stage.page.keyboard.type("X")
    corrected = FAST[:29] + "X" + FAST[30:60]
    stage.check_picture(corrected)
    assert stage.page.locator("textarea").evaluate("(area) => area.selectionStart") == 30  # the caret stays


def test_pasting_2000_characters_and_clearing(stage):
    text = ("It was not so much a question as a sigh; " * 50)[:2000]
    stage.replace(text)
    stage.check_picture(text)
    stage.replace("")
    stage.wait_for("")
    assert "type above" in stage.page.locator(".next").inner_text()
    stage.replace("again")
    stage.check_picture("again")


def test_what_is_longer_than_2000_characters_is_cut_and_said(stage):
    stage.replace("ab😀" * 700)
    stage.wait_for(("ab😀" * 700)[:2000])
    expect(stage.page.locator(".note")).to_contain_text("Cut: the last 100 did not fit.")
    stage.replace("short")
    stage.wait_for("short")
    expect(stage.page.locator(".note")).to_have_text("")


@pytest.mark.parametrize("text", ["😀👩‍👩‍👧", "كان يا ما كان", "naïve ∑ § ~", "<img src=x onerror=alert(1)>", "\"'&amp;</textarea><script>alert(2)</script>"])
def test_signs_that_the_model_never_saw_are_shown_as_such_and_nothing_runs(stage, text):
    stage.replace("So: ")
    stage.page.locator("textarea").press("End")
    stage.page.keyboard.insert_text(text)
    whole = "So: " + text
    stage.check_picture(whole)
    vocabulary = zoo.load("prose-lstm").vocabulary
    step, _ = stage.window()
    ribbon = stage.page.locator("canvas.ribbon").bounding_box()
    for t, character in enumerate(whole[:14]):
        stage.page.mouse.move(ribbon["x"] + (t + 0.5) * step, ribbon["y"] + 10)
        said = stage.page.locator(".tip").inner_text()
        assert ("never seen by the model" in said) == (vocabulary.tokens[vocabulary.id(character)] == UNKNOWN), said


@pytest.mark.parametrize("model", ["prose-peephole", "prose-coupled"])
def test_every_lstm_of_the_family_can_be_chosen_and_paints(stage, model):
    stage.page.get_by_label("Model", exact=True).select_option(model)
    stage.check_picture(zoo.opening(model).text, model)
    stage.page.locator(f"text={zoo.opening(model).note[:40]}").wait_for()  # of the unit that it opens on


@pytest.mark.parametrize("model", ["prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled"])
def test_the_arithmetic_shows_the_numbers_of_python_s_trace(stage, model):
    """Every shown term, sum and result, for every name, against Python's weights and trace."""
    text = zoo.opening("prose-lstm").text
    stage.page.get_by_label("Model", exact=True).select_option(model)
    stage.replace(text)
    stage.wait_for(text, model)
    expected = trace(zoo.load(model), text)
    for name in expected.names:
        for t, unit in ((0, 3), (17, 40), (len(text) - 1, 127)):
            choose(stage, name, t, unit)
            check_arithmetic(stage, zoo.load(model), expected, name, t, unit)


def choose(stage, name, t, unit):
    stage.page.get_by_title(f"Show the arithmetic of {name}", exact=True).click()
    stage.page.get_by_label("Unit", exact=True).fill(str(unit))
    stage.page.get_by_label("Unit", exact=True).press("Enter")
    stage.page.locator(".board").focus()
    stage.page.keyboard.press("Home")
    for _ in range(t):
        stage.page.keyboard.press("ArrowRight")
    stage.page.locator(f".panel h3:has-text('unit {unit}, step {t + 1} ')").wait_for()
    stage.page.locator(".numbers:has-text('=')").wait_for()


def check_arithmetic(stage, model, expected, name, t, unit):
    value = expected[name][t, unit]
    numbers = stage.page.locator(".numbers").inner_text()
    assert abs(number(numbers.split("=")[-1]) - value) < 0.000501, (numbers, value)
    check_formula(numbers)
    rows = stage.page.locator(".terms tr").all_inner_texts()
    cells = [row.split("\t") for row in rows]
    shown = {row[0].strip(): number(row[2]) for row in cells}
    assert abs(shown.pop(name) - value) < 0.000501
    total = next((label for label in shown if label.startswith("sum")), None)
    assert (total is not None) == (name in ROWS[model.spec.cell])  # all else is made from other entries of the unit
    if total:
        sum_ = shown.pop(total)
        assert abs(sum(shown.values()) - sum_) < 0.0005 * (len(shown) + 1)
        squash = np.tanh(sum_) if "tanh" in total else 1 / (1 + np.exp(-sum_))
        assert abs(squash - value) < 0.001
        check_terms(shown, model, expected, name, t, unit)


def check_terms(shown, model, expected, name, t, unit):
    """Named hidden units' terms are weight times state, no unnamed unit weighs more, a gate sees the c that it should."""
    layer = model.recurrent
    row = ROWS[model.spec.cell].index(name) * model.spec.hidden_size + unit
    before = expected["h"][t - 1] if t else np.zeros(model.spec.hidden_size)
    gate = expected["r"][t, unit] if name == "n" else 1.0
    products = gate * layer.weight_hh_l0[row].numpy() * before
    named = {int(label.split()[1]): value for label, value in shown.items() if re.fullmatch(r"unit \d+", label)}
    assert len(named) == 6
    for k, value in named.items():
        assert abs(products[k] - value) < 0.000501
    assert min(abs(products[k]) for k in named) >= np.sort(abs(products))[-6] - 1e-6
    x = model.embedding.weight[model.vocabulary.id(expected.tokens[t])].numpy()
    from_input = float(layer.weight_ih_l0[row].numpy() @ x)
    assert abs(next(value for label, value in shown.items() if label.startswith("input")) - from_input) < 0.000501
    seen = {label: value for label, value in shown.items() if label.startswith("peephole")}
    if model.spec.cell != "peephole" or name == "g":
        assert not seen
        return
    c = expected["c"][t, unit] if name == "o" else expected["c"][t - 1, unit] if t else 0.0
    weight = float(getattr(layer, f"weight_c{name}_l0")[unit])
    assert abs(seen[f"peephole on the {'new' if name == 'o' else 'old'} c"] - weight * c) < 0.000501 and len(seen) == 1


def check_formula(numbers):
    """Recompute every `=` of a printed line from the numbers printed before it."""
    sides = numbers.replace("\u2212", "-").replace("\u00d7", "*").replace("\u03c3", "sigmoid").split("=")
    functions = {"tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "__builtins__": {}}
    assert all(re.fullmatch(r"[\d.+\-*() ]|tanh|sigmoid|.", side) or re.fullmatch(r"(tanh|sigmoid|[\d.+\-*() ])+", side) for side in sides)
    values = [eval(side, functions) for side in sides]
    for value in values[1:]:
        assert abs(value - values[0]) < 0.01, numbers  # each printed number is rounded to three decimals


def test_keys_move_the_one_cursor_and_the_unit(stage):
    stage.page.locator(".board").focus()
    for key, step in (("Home", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", len(stage.text))):
        stage.page.keyboard.press(key)
        stage.page.locator(f".panel h3:has-text('step {step} ')").wait_for()
    few = [one["unit"] for one in zoo.card("prose-lstm")["measured"]["units"]]
    for maps, order in (("A few units", few), ("All units", zoo.load("prose-lstm").orders["similarity"])):
        stage.show(maps)
        stage.page.locator(".board").focus()
        below = order[order.index(70) + 1]
        stage.page.keyboard.press("ArrowDown")
        stage.page.locator(f".panel h3:has-text('unit {below},')").wait_for()
        stage.page.keyboard.press("ArrowUp")
        stage.page.locator(".panel h3:has-text('unit 70,')").wait_for()


def test_a_click_on_a_heatmap_chooses_step_unit_and_name(stage):
    canvas = stage.page.locator("canvas[data-name='o']")
    canvas.hover(position={"x": 100, "y": 60})
    said = stage.page.locator(".tip").inner_text()
    canvas.click(position={"x": 100, "y": 60})
    step, unit = said.split()[1], said.split("unit ")[1].split()[0]
    stage.page.locator(f".panel h3:has-text('output gate of unit {unit}, step {step} ')").wait_for()


def test_a_drag_moves_the_cursor_and_leaves_it_where_it_ends(stage):
    step, _ = stage.window()
    box = stage.page.locator("canvas.ribbon").bounding_box()
    stage.page.mouse.move(box["x"] + 2.5 * step, box["y"] + 10)
    stage.page.mouse.down()
    stage.page.mouse.move(box["x"] + 27.5 * step, box["y"] + 10, steps=5)
    stage.page.mouse.up()
    stage.page.wait_for_timeout(300)  # what a click would do is done by now
    expect(stage.page.locator(".panel h3")).to_contain_text("step 28 ")


@pytest.mark.parametrize(("typed", "unit"), [("500", 127), ("-3", 0), ("3.7", 3), ("", 70)])
def test_the_unit_s_box_says_which_unit_it_is(stage, typed, unit):
    box = stage.page.get_by_label("Unit", exact=True)
    box.fill(typed)
    box.press("Enter")
    stage.page.locator(f".panel h3:has-text('unit {unit},')").wait_for()
    assert box.input_value() == str(unit)


def test_the_chosen_unit_can_stand_alone(stage):
    tall = stage.page.locator("canvas[data-name='c']").bounding_box()["height"]
    stage.show("One unit")
    box = stage.page.locator("canvas[data-name='c']").bounding_box()
    assert box["height"] < tall / 2
    stage.page.mouse.move(box["x"] + 5, box["y"] + 40)
    value = trace(zoo.load("prose-lstm"), stage.text)["c"][0, 70]
    assert abs(number(stage.page.locator(".tip").inner_text().split("c = ")[1]) - value) < 0.000501


def test_an_example_replaces_the_text_and_undo_brings_it_back(stage):
    stage.page.locator("textarea").press("ControlOrMeta+a")
    stage.page.keyboard.type("my own sentence")
    stage.wait_for("my own sentence")
    stage.page.locator(".try").nth(1).click()
    stage.wait_for(zoo.opening("prose-lstm").others[0])
    stage.page.keyboard.press("ControlOrMeta+z")
    stage.wait_for("my own sentence")


def test_an_untouched_example_makes_room_for_the_other_model_s_own(stage):
    stage.page.get_by_label("Model", exact=True).select_option("code-lstm")
    stage.check_picture(zoo.opening("code-lstm").text, "code-lstm")


def test_a_copied_link_opens_the_same_stage(stage):
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage.replace("a link & more #1")
    stage.page.get_by_label("Model", exact=True).select_option("prose-gru")
    stage.wait_for("a link & more #1", "prose-gru")
    choose(stage, "n", 4, 33)
    stage.page.get_by_label("Order of units", exact=True).select_option("mean")
    before = stage.page.locator(".panel h3").inner_text()
    stage.page.get_by_role("button", name="Copy link").click()
    stage.page.locator("button:has-text('Copied')").wait_for()
    stage.page.goto(stage.page.evaluate("navigator.clipboard.readText()"))
    stage.wait_for("a link & more #1", "prose-gru")
    expect(stage.page.locator("textarea")).to_have_value("a link & more #1")
    expect(stage.page.get_by_label("Model", exact=True)).to_have_value("prose-gru")
    expect(stage.page.locator(".panel h3")).to_have_text(before, use_inner_text=True)
    expect(stage.page.get_by_label("Order of units", exact=True)).to_have_value("mean")


def test_play_walks_to_the_end_and_pauses(stage):
    stage.replace("abcdef")
    stage.wait_for("abcdef")
    stage.page.get_by_label("Speed", exact=True).select_option("5")
    stage.page.get_by_role("button", name="Play").click()
    stage.page.locator(".panel h3:has-text('step 2 ')").wait_for()
    stage.page.locator(".panel h3:has-text('step 6 ')").wait_for()
    stage.page.locator("button[title]:has-text('Play')").wait_for()


def test_the_caret_is_the_cursor(stage):
    stage.replace("abcdef")
    stage.wait_for("abcdef")
    for _ in range(3):
        stage.page.keyboard.press("ArrowLeft")
    stage.page.locator(".panel h3:has-text('step 3 ')").wait_for()


def test_the_order_of_the_units_changes_on_demand_and_not_by_typing(stage):
    def rows():
        canvas, units = stage.page.locator("canvas[data-name='f']"), []
        for y in (25, 50, 75, 100, 140):
            canvas.hover(position={"x": 5, "y": y})
            units.append(int(stage.page.locator(".tip").inner_text().split("unit ")[1].split()[0]))
        return units

    stage.show("All units")
    by_similarity = rows()
    stage.replace(FAST)
    stage.wait_for(FAST)
    assert rows() == by_similarity
    stage.page.get_by_label("Order of units", exact=True).select_option("index")
    stage.page.wait_for_timeout(300)
    assert rows() == sorted(rows()) != by_similarity


def test_typing_with_an_input_method_waits_for_its_end(stage):
    stage.replace("")
    stage.wait_for("")
    asked = []
    stage.page.on("request", lambda request: asked.append(request.post_data) if request.url.endswith("/live/trace") else None)
    session = stage.page.context.new_cdp_session(stage.page)
    stage.page.locator("textarea").focus()
    for part in ("k", "ka", "kan"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    stage.page.wait_for_timeout(200)
    assert asked == [] and stage.page.evaluate("window.painted.text") == ""
    session.send("Input.insertText", {"text": "感"})
    stage.check_picture("感")


def test_typing_causes_no_rerun_while_nothing_is_explored(stage):
    sent = []
    stage.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    stage.page.reload()
    stage.page.wait_for_function("window.painted !== undefined")
    stage.page.wait_for_timeout(1000)
    before = len(sent)
    stage.page.locator("textarea").press_sequentially(FAST[:20], delay=10)
    stage.page.wait_for_timeout(1500)
    assert len(sent) == before > 0


def test_explore_opens_figures_that_follow_when_typing_rests(stage):
    stage.replace("abc def")
    stage.wait_for("abc def")
    stage.page.get_by_role("button", name="Explore").click()
    stage.page.locator("text=128 units by 7 steps").first.wait_for(timeout=20_000)
    stage.page.locator("button.name:has-text('output gate')").click()
    stage.page.locator("text=o: 128 units by 7 steps").first.wait_for(timeout=20_000)  # the map that was clicked
    stage.page.locator("textarea").press("End")
    stage.page.keyboard.type(" ghi")
    stage.page.locator("text=128 units by 11 steps").first.wait_for(timeout=20_000)
    stage.page.get_by_label("Unit", exact=True).fill("17")
    stage.page.get_by_label("Unit", exact=True).press("Enter")
    stage.page.locator("text=the numbers of unit 17").wait_for(timeout=20_000)
    with stage.page.expect_download() as download:
        stage.page.get_by_role("button", name="Download NumPy").click()
    with np.load(download.value.path()) as archive:
        np.testing.assert_allclose(archive["f"], trace(zoo.load("prose-lstm"), "abc def ghi")["f"], atol=1e-6)


def test_a_lost_server_says_reconnecting_keeps_the_text_and_catches_up(chromium, watched, tmp_path):
    watched.allowed = ("ERR_CONNECTION_REFUSED", "WebSocket", "ERR_", "Failed to load", *PROBED)
    with running(tmp_path / "log") as server:
        stage = StagePage(watched.page, server.url, networks=False)
        server.stop()
        stage.replace("typed while the server was away")
        stage.page.locator(".badge:has-text('reconnecting')").wait_for()
        stage.page.keyboard.type(", and more")
        server.start()
        stage.check_picture("typed while the server was away, and more")
        expect(stage.page.locator(".badge")).to_have_text("")
        assert stage.text == "typed while the server was away, and more"


def test_an_answer_that_comes_late_never_paints_an_older_text(server, watched):
    watched.allowed = PROBED
    stage = StagePage(watched.page, server.url, networks=False)
    held = []

    def hold_the_first(route):
        if not held:
            held.append(route)
        else:
            route.continue_()

    stage.page.route("**/live/trace", hold_the_first)
    stage.replace("old")
    stage.page.wait_for_timeout(100)
    stage.replace("new text")
    stage.wait_for("new text")
    held[0].continue_()
    stage.page.wait_for_timeout(500)
    stage.check_picture("new text")


def test_a_deep_link_opens_its_text_model_unit_and_step_on_a_fresh_server(watched, tmp_path):
    watched.allowed = PROBED
    with running(tmp_path / "log") as server:
        stage = StagePage(watched.page, server.url, "/watch?model=prose-gru&text=a+deep+link%21&unit=9&step=3&value=z")
        stage.check_picture("a deep link!", "prose-gru")
        stage.page.locator(".panel h3:has-text('unit 9, step 3 ')").wait_for()
        assert stage.page.get_by_label("Text color", exact=True).input_value() == "z"
        watched.page.close()  # before its server goes


def test_a_link_that_is_wrong_opens_all_the_same_and_says_why(server, watched):
    watched.allowed = PROBED
    stage = StagePage(watched.page, server.url, "/watch?model=nope&unit=999&step=x&text=" + "y" * 2100)
    said = stage.page.locator("[data-testid=stText]").inner_text()
    assert "'nope'" in said and "'999'" in said and "'x'" in said and "2,100" in said
    stage.wait_for("y" * 2000)


def test_what_a_link_quotes_is_never_markdown(server, watched):
    watched.allowed = PROBED
    stage = StagePage(watched.page, server.url, "/watch?model=![](//evil.example/i.png)&value=[click](//evil.example)")
    stage.page.locator("text=evil.example/i.png").wait_for()  # shown as it is, and nothing fetched (see `watched`)
    assert stage.page.locator("a[href*='evil']").count() == 0


def test_the_ribbon_the_guesses_and_the_gutter_say_what_the_trace_says(stage):
    for model in ("prose-lstm", "prose-gru"):
        stage.page.get_by_label("Model", exact=True).select_option(model)
        stage.replace(FAST)
        stage.wait_for(FAST, model)
        expected = trace(zoo.load(model), FAST)
        for name, unit, t in (("h", 5, 7), (expected.names[0], 100, 30)):
            stage.page.get_by_label("Text color", exact=True).select_option(name)
            choose(stage, name, t, unit)
            stage.check_ribbon(expected[name][:, unit], name, t, expected.ranges)
            for other in expected.names:
                shown = stage.page.locator(f":is(.map, .row:not(.map .row)):has(canvas[data-name='{other}']) output").inner_text()
                assert abs(number(shown) - expected[other][t, unit]) < 0.00501
            check_next(stage, expected, t)


def check_next(stage, expected, t):
    """The listed guesses are the likeliest tokens after step t, with their probabilities."""
    best = np.argsort(-expected.probs[t], kind="stable")[:6]
    shown = stage.page.locator(".guess")
    assert shown.count() == 6
    for k, id in enumerate(best):
        token, percent = expected.vocab[id], 100 * expected.probs[t, id]
        assert shown.nth(k).locator("b").inner_text() == glyph(token)
        said = shown.nth(k).locator("span").last.inner_text()
        assert said.startswith("<") if percent < 0.5 else abs(float(said.split()[0].strip("%\u2009 ")) - percent) <= 0.51


def test_another_model_takes_over_the_text_and_the_cursor(stage):
    stage.replace("int n = 0;")
    stage.wait_for("int n = 0;")
    stage.page.get_by_label("Model", exact=True).select_option("code-lstm")
    stage.check_picture("int n = 0;", "code-lstm")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_nothing_is_wider_than_the_screen(chromium, server, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height})
    stage = StagePage(context.new_page(), server.url)
    overflow = stage.page.evaluate("() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }")
    board = stage.page.locator(".stage").bounding_box()
    context.close()
    assert overflow <= 0 and board["x"] >= 0 and board["x"] + board["width"] <= width
