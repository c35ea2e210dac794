"""A real browser: Debian's chromium, driven by Playwright."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def chromium():
    """The browser, for as long as the tests run."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="waits for Playwright: pip install '.[browser]'")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("waits for chromium: apt install chromium")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # it refuses root otherwise
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh page; what goes wrong on it fails the test."""
    page = chromium.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert not wrong, wrong
