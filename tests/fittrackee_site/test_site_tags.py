"""Tags and filters of every page."""

from django.core.paginator import Paginator

from fittrackee_site.templatetags import site


def test_page_numbers_show_both_ends_and_two_around():
    page = Paginator(range(200), 10).page(9)
    assert site.page_numbers(page) == [1, 2, None, 7, 8, 9, 10, 11, None, 19, 20]


def test_all_page_numbers_are_shown_up_to_nine():
    assert site.page_numbers(Paginator(range(90), 10).page(1)) == list(range(1, 10))
