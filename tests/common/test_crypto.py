"""Encrypted fields: keys that rotate, and the hash that finds an exact value."""

import pytest
from cryptography.fernet import Fernet, InvalidToken

from common.crypto import decrypt, encrypt, keyed_hash

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_was_encrypted_comes_back_and_never_looks_the_same_twice():
    one, two = encrypt("张三 62"), encrypt("张三 62")
    assert (decrypt(one), decrypt(two)) == ("张三 62", "张三 62")
    assert one != two
    assert decrypt(memoryview(one)) == "张三 62"


def test_an_old_key_still_reads_and_the_new_one_writes(settings):
    settings.FIELD_KEYS = [OLD]
    before = encrypt("张三")
    settings.FIELD_KEYS = [NEW, OLD]
    assert decrypt(before) == "张三"
    after = encrypt("张三")
    settings.FIELD_KEYS = [NEW]
    assert decrypt(after) == "张三"
    with pytest.raises(InvalidToken):
        decrypt(before)


def test_a_changed_token_is_refused():
    token = bytearray(encrypt("张三"))
    token[20] = ord("A") if token[20] != ord("A") else ord("B")
    with pytest.raises(InvalidToken):
        decrypt(bytes(token))


def test_equal_texts_have_equal_hashes_under_one_key_and_others_under_another(settings):
    settings.INDEX_KEY = "first"
    one = keyed_hash("张三")
    assert (one, len(one)) == (keyed_hash("张三"), 32)
    assert one != keyed_hash("张四")
    settings.INDEX_KEY = "second"
    assert one != keyed_hash("张三")


def test_the_hash_does_not_move_when_the_field_keys_do(settings):
    settings.FIELD_KEYS = [OLD]
    one = keyed_hash("张三")
    settings.FIELD_KEYS = [NEW, OLD]
    assert keyed_hash("张三") == one
