"""A long request in a process of its own."""

import time

import pytest

from config.apart import UnansweredError, answered_apart

REQUEST = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/healthz",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
    "wsgi.url_scheme": "http",
}


def test_process_answers_as_the_application_does():
    answer = answered_apart(REQUEST, b"", seconds=60)

    assert (answer.status, answer.body) == (200, b"ok\n")
    assert ("Content-Type", "text/plain; charset=utf-8") in answer.headers


def test_process_that_takes_too_long_is_ended():
    began = time.monotonic()
    with pytest.raises(UnansweredError):
        answered_apart(REQUEST, b"", seconds=0.05)

    assert time.monotonic() - began < 5


def test_process_that_dies_is_told():
    with pytest.raises(UnansweredError):
        answered_apart({}, b"", seconds=60)
