"""A stage takes a link in place, without its page being loaded anew, and shows what the server makes of the same link on a page that is opened with it."""

from urllib.parse import urlencode

import pytest

from tests.browser import eventually

LINKS = {
    "watch": [
        {"model": "prose-gru", "text": "it was so", "unit": "5", "step": "4", "value": "z", "entry": "r", "order": "index", "maps": "all", "hold": "z@1-2=0.5"},
        {"text": "another (text)", "step": "3", "open": "matters,more", "against": "another text", "temperature": "0.5", "seed": "7", "marks": "2-4"},
    ],
    "lstm": [
        {"text": "not bad at all", "step": "2", "stage": "2", "unit": "4", "numbers": "off"},
        {"text": "not good", "step": "1", "unit": "mean", "level": "1", "hold": "f=1", "notation": "goodfellow"},
    ],
    "start": [{"text": "what a waste of time", "step": "3", "unit": "2", "open": "more"}],
    "compare": [
        {
            "models": "sentiment-lstm,sentiment-gru",
            "text": "not bad at all",
            "step": "2",
            "value": "keep",
            "units": "3,4",
            "unfolded": "sentiment-gru",
            "hold": "keep=1",
        },
        {"text": "aZbb?", "step": "3"},
    ],
    "memory": [{"models": "recall-lstm,recall-rnn", "text": "abZdef?", "step": "4"}],
    "attention": [
        {"text": "March 3, 1999", "step": "6", "column": "2", "beam": "3", "unit": "7"},
        {"text": "3 May 2001", "step": "2", "forced": "2:1,0,0,0,0,0,0,0,0,0"},
    ],
    "self-attention": [{"where": "decoder", "layer": "2", "head": "2", "step": "3", "column": "1", "entry": "4"}],
    "learn": [{"task": "parity", "cells": "gru", "text": "1101"}],
}

STAGE = """async () => {
  const bundle = performance.getEntriesByType("resource").map(({ name }) => name).find((name) => name.includes("/live/bundle/"));
  window.standing = (await import(bundle)).load("standing.js").standing;
}"""
FIELDS = "JSON.stringify(Object.entries(window.standing.stage.fields).map(([name, value]) => [name, String(value)]).sort())"


def opened(page, address):
    page.add_init_script("localStorage.setItem('gatelab:tour', 'seen'); sessionStorage.clear()")
    page.goto(address)
    page.wait_for_function("document.querySelector('[data-testid=stMain]')")
    page.evaluate(STAGE)
    page.wait_for_function("window.standing.stage?.stage.isConnected", timeout=30_000)
    return page


def settled(page):
    """The fields of what stands there once two looks at it are the same and nothing is on its way."""
    page.wait_for_function(
        "!window.standing.stage.becoming?.coming && (window.standing.stage.lane?.idle ?? true) && (window.standing.stage.answers?.ready ?? true)",
        timeout=30_000,
    )
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(FIELDS)


@pytest.mark.parametrize("name", LINKS)
def test_a_stage_becomes_what_the_server_makes_of_a_link(watched, server, name):
    watched.allowed = ("404",)  # Streamlit's own, on a link to a page
    there = watched.page.context.new_page()
    here = opened(watched.page, f"{server.url}/{name}")
    for link in LINKS[name]:
        opened(there, f"{server.url}/{name}?{urlencode(link)}")
        wanted = settled(there)
        here.evaluate(
            "(link) => window.standing.stage.become(link)",
            there.evaluate("Object.fromEntries(Object.entries(window.standing.stage.fields).map(([name, value]) => [name, String(value)]))"),
        )

        def same(wanted=wanted):
            assert settled(here) == wanted

        eventually(here, same, seconds=20)
