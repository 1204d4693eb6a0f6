"""The Content-Security-Policy of every page: what the book needs runs, and nothing else."""

import re
from html import unescape

import pytest
from builtsite import A_CHAPTER, SITE, pages, parsed

from _support.sphinx.site import PRINT_BUTTON, content_security_policy

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)" />')
# Scripts that a browser runs; JSON for another script is data.
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"<[^>]+\son\w+=\"([^\"]*)\"")


@pages
def test_a_page_states_the_strictest_policy_that_it_can_live_with(page):
    text = parsed(SITE / page).text
    (policy,) = POLICY.findall(text)
    (script,) = INLINE.findall(text)
    assert policy == content_security_policy(script, themed=page != "404.html")
    assert text.index(policy) < text.index("<script")
    assert set(map(unescape, HANDLER.findall(text))) <= {PRINT_BUTTON}
    assert "javascript:" not in text


def test_the_policy_names_no_host_and_lets_no_unknown_script_run():
    policy = content_security_policy("a script")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in policy
    assert not re.search(r"https?:|\*|\.\w", policy)


REFUSED = """async (elsewhere) => {
  const refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  const image = document.createElement("img");
  image.src = elsewhere;
  const button = document.createElement("button");
  button.setAttribute("onclick", "window.ran = true");
  document.body.append(script, image, button);
  button.click();
  await fetch(elsewhere).catch(() => {});
  setTimeout(() => new Function("window.ran = true")());  // the test's own code may do it
  for (let i = 0; i < 100 && refused.length < 5; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));  // for what is one too many
  return { ran: window.ran, refused: refused.sort() };
}"""


@pytest.mark.browser
def test_nothing_else_runs_and_nothing_leaves(browser, address):
    tab = browser.new_page()
    tab.goto(address + A_CHAPTER)
    found = tab.evaluate(REFUSED, "https://elsewhere.test/file")
    expected = [
        "connect-src",
        "img-src",
        "script-src",
        "script-src-attr",
        "script-src-elem",
    ]
    assert found == {"ran": None, "refused": expected}
    tab.close()


@pytest.mark.browser
def test_the_print_button_prints(browser, address):
    tab = browser.new_page()
    tab.goto(address + A_CHAPTER)
    tab.evaluate("window.print = () => { window.printed = true; }")
    tab.get_by_label("Download this page").click()
    tab.locator(f"button[onclick='{PRINT_BUTTON}']").click()
    tab.wait_for_function("() => window.printed")
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_colour_scheme_is_known_before_the_first_paint(browser, address, scheme):
    start = address if scheme == "http" else f"{SITE.resolve().as_uri()}/"
    context = browser.new_context(color_scheme="dark")
    tab = context.new_page()
    tab.route("**/*.js", lambda route: route.abort())  # the page's own script is all there is
    tab.goto(start + A_CHAPTER)
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()
