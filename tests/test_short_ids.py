import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workouts.short_ids import decode_short_id, encode_short_id


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (uuid.UUID("2f1d8a64-9c37-4b0e-8d52-6a7f10c3e9b5"), "APpoGUr27wjADCzjB8zs6S"),
        (uuid.UUID(int=1), "2222222222222222222223"),
    ],
)
def test_short_ids_are_those_of_the_contract(value, text):
    assert encode_short_id(value) == text
    assert decode_short_id(text) == value


@given(st.uuids())
def test_short_ids_round_trip(value):
    assert decode_short_id(encode_short_id(value)) == value


@pytest.mark.parametrize("text", ["", "0" * 22, "z" * 22, "APpo"])
def test_other_texts_are_no_short_id(text):
    with pytest.raises(ValueError):
        decode_short_id(text)
