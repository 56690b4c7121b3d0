"""A person sees on the page what was understood, what is missing, and the prediction or the named failure."""

from pathlib import Path

from playwright.sync_api import Browser, expect
from tests.end_to_end.conftest import QUESTION
from tests.ui.conftest import Chat, page_at, serving

STATED = {"Inflation Rate": "3.1", "Unemployment Rate": "4.7", "Real GDP Growth": "1.2", "Current Rate": "4.2"}


def test_a_complete_question_is_answered_with_interval_and_four_quotes(chat: Chat) -> None:
    """The number has its unit and interval; each value stands in the panel, the table, and marked in the words."""
    card = chat.say(QUESTION)

    expect(card.locator(".value")).to_have_text("4.27 %")
    expect(card).to_contain_text("90% interval 3.33 to 5.21 %")
    expect(card).to_contain_text("interaction 0")
    for name, value in STATED.items():
        expect(card.get_by_role("row", name=name)).to_contain_text(f"“{value}%”")
        expect(chat.said(0).locator("mark", has_text=name)).to_have_attribute("title", f"{name}: {value} %")
        expect(chat.panel.locator("li", has_text=name)).to_contain_text(f"{value} %")


def test_what_is_missing_is_asked_for_and_filled_by_chat(chat: Chat) -> None:
    """First the question and what is missing, then the prediction; the panel keeps up."""
    first = chat.say("inflation 3.1 and unemployment 4.7, what rate?")
    expect(first).to_contain_text("Please tell me: Real GDP Growth")
    expect(first.get_by_role("row", name="Current Rate")).to_contain_text("not stated")
    expect(first.locator(".value")).to_have_count(0)
    expect(chat.panel.locator("li", has_text="Current Rate")).to_contain_text("not stated")

    second = chat.say("real GDP grew 1.2% and the T-bill is at 4.2%")

    expect(second.locator(".value")).to_have_text("4.27 %")
    expect(chat.panel.locator("li", has_text="Current Rate")).to_contain_text("4.2 %")


def test_what_is_missing_is_filled_by_hand(chat: Chat) -> None:
    """Typed values are marked and listed as typed; the fields that were left alone say nothing new."""
    chat.say("inflation 3.1 and unemployment 4.7, what rate?")

    card = chat.fill(Real_GDP_Growth="1.2", Current_Rate="420 bp")

    expect(card.locator(".value")).to_have_text("4.27 %")
    expect(card.get_by_role("row", name="Current Rate")).to_contain_text("“420 bp” (typed)")
    expect(card.get_by_role("row", name="Inflation Rate")).not_to_contain_text("typed")
    expect(chat.said(1).locator("mark")).to_have_count(2)


def test_a_field_that_holds_no_value_is_asked_again(chat: Chat) -> None:
    """The reason stands where the words would."""
    card = chat.fill(Inflation_Rate="3 or 4", Unemployment_Rate="4.7")

    expect(card.locator(".value")).to_have_count(0)
    expect(card.get_by_role("row", name="Inflation Rate")).to_contain_text("unclear")
    expect(card.get_by_role("row", name="Unemployment Rate")).to_contain_text("4.7 %")


def test_a_correction_counts(chat: Chat) -> None:
    """What is said last of a feature is used, and shown as said."""
    chat.say(QUESTION)

    card = chat.say("sorry, unemployment is 5.1%")

    expect(card.get_by_role("row", name="Unemployment Rate")).to_contain_text("“5.1%”")


def test_a_what_if_goes_on_from_the_last_answer(chat: Chat) -> None:
    """Only the value that was said anew changes, and the card says by how much the number moved."""
    chat.say(QUESTION)

    card = chat.say("what if unemployment were 6?")
    expect(card).to_contain_text("0.03 lower than before (4.27 %), with Unemployment Rate 4.7 % → 6 %")

    expect(card.get_by_role("row", name="Unemployment Rate")).to_contain_text("6 %")
    expect(card.get_by_role("row", name="Inflation Rate")).to_contain_text("3.1 %")
    expect(card.locator(".value")).to_contain_text("%")


def test_an_unused_number_is_shown_as_unused(chat: Chat) -> None:
    """It is dotted in the words and named in the answer."""
    card = chat.say("inflation 3.1 and unemployment 4.7, what rate? I asked 3 times")

    expect(card).to_contain_text("Not used: “3”")
    expect(chat.said(0).locator(".sayso-unused")).to_have_text("3")


def test_an_impossible_value_is_refused_by_name(chat: Chat) -> None:
    """The refusal says which feature, what was said, what is allowed and who can put it right."""
    card = chat.say(QUESTION.replace("4.7%", "900%"))

    expect(card).to_contain_text("INVALID_INPUT / out_of_range")
    expect(card).to_contain_text("Unemployment Rate: 900 %; allowed is 0 to 50 %")
    expect(card).to_contain_text("You can put this right.")
    expect(card.locator(".value")).to_have_count(0)


def test_a_value_outside_the_training_data_is_warned_of(chat: Chat) -> None:
    """The prediction stands, with the feature and what the model learned from."""
    card = chat.say(QUESTION.replace("4.7%", "19%"))

    expect(card.locator(".value")).to_contain_text("%")
    expect(card.locator(".warning")).to_contain_text("Unemployment Rate (3.4 to 10.7 %)")


def test_what_people_type_is_text_and_never_markup(chat: Chat) -> None:
    """Tags, markdown and formulas stand on the page as they were typed."""
    tags = "<b>b</b> <img src=http://evil.test/x.png onerror=alert(1)> <script>alert(2)</script>"
    text = f"{tags} *md* [x](http://evil.test/) $x^2$ :material/home:"

    chat.say(text)

    expect(chat.said(0)).to_have_text(text)
    assert chat.page.locator("a[href*='evil'], img[src*='evil'], .sayso-said b, .sayso-said script").count() == 0


def test_a_new_conversation_forgets_the_last(chat: Chat) -> None:
    """After the button nothing that was said before counts."""
    chat.say(QUESTION)
    if chat.page.viewport_size and chat.page.viewport_size["width"] < 500:
        chat.page.get_by_test_id("stExpandSidebarButton").click()

    chat.page.get_by_role("button", name="New conversation").click()

    expect(chat.cards).to_have_count(0)
    expect(chat.panel.locator("li", has_text="Current Rate")).to_have_text("Current Rate (%, -2 to 25)")


def test_an_earlier_conversation_can_be_opened_again(chat: Chat) -> None:
    """It goes on where it was left."""
    chat.say(QUESTION)
    if chat.page.viewport_size and chat.page.viewport_size["width"] < 500:
        chat.page.get_by_test_id("stExpandSidebarButton").click()
    chat.page.get_by_role("button", name="New conversation").click()
    expect(chat.cards).to_have_count(0)

    chat.page.get_by_role("button", name="Inflation is 3.1%").click()

    expect(chat.cards).to_have_count(1)
    expect(chat.cards.locator(".value")).to_have_text("4.27 %")


def test_each_value_can_be_swept(chat: Chat) -> None:
    """Four plots, and the same in words; the answer stays."""
    chat.say(QUESTION)

    chat.page.get_by_text("Show what each value does").click()

    expect(chat.page.get_by_test_id("stVegaLiteChart")).to_have_count(4)
    expect(chat.page.locator(".sayso-panel li", has_text="Current Rate: from 2.431 % at 2.29 %")).to_be_visible()


def test_an_answer_can_be_copied(chat: Chat) -> None:
    """As JSON, as a command, and as a script."""
    chat.say(QUESTION)

    chat.page.get_by_text("Copy as JSON, curl or Python").click()

    expect(chat.page.get_by_test_id("stCode").nth(0)).to_contain_text('"outcome": "predicted"')
    chat.page.get_by_role("tab", name="curl").click()
    expect(chat.page.get_by_test_id("stCode").nth(1)).to_contain_text("/v1/interactions")


def test_an_opinion_is_taken_with_a_comment(chat: Chat) -> None:
    """The thumb is recorded at once, the comment when it is sent."""
    chat.say(QUESTION)

    chat.page.get_by_test_id("stFeedback").get_by_role("radio").nth(0).click()
    expect(chat.page.get_by_text("Thank you, this is recorded.")).to_be_visible()
    chat.page.get_by_role("textbox", name="Say why").fill("=HYPERLINK(1) too high")
    chat.page.get_by_role("button", name="Send comment").click()

    expect(chat.page.get_by_text("Thank you, the comment is recorded.")).to_be_visible()


def test_nothing_is_wider_than_the_screen(chat: Chat) -> None:
    """A long word breaks; the page never scrolls sideways."""
    chat.say(QUESTION + " " + "x" * 300)

    assert chat.page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def test_the_page_says_at_first_what_the_model_needs(chat: Chat) -> None:
    """Every feature stands in the middle of the page, with unit, range and meaning."""
    welcome = chat.page.get_by_test_id("stChatMessage")

    expect(welcome).to_contain_text("Unemployment Rate (%, 0 to 50)")
    expect(welcome).to_contain_text("Unemployed persons in percent of the labour force")


def test_a_predictor_that_is_down_is_a_named_failure(browser: Browser, tmp_path: Path, picture: Path) -> None:
    """The page says what failed and who acts, and shows no number."""
    down = {"SAYSO_BACKEND_KIND": "http", "SAYSO_BACKEND_URL": "http://127.0.0.1:9/v1/predict"}
    with serving(tmp_path, **down) as url, page_at(url, browser, "desktop", "light", picture) as chat:
        card = chat.say(QUESTION)

        expect(card).to_contain_text("Failed · MODEL_NOT_READY / backend_unavailable")
        expect(card).to_contain_text("The people who run this service have to act. Asking again may help.")
        expect(card).to_contain_text("interaction 0")
        expect(card.locator(".value")).to_have_count(0)

        again = chat.page.get_by_role("button", name="Ask again")
        again.click()
        expect(chat.cards).to_have_count(2)
