"""The reading process from the web's side."""

from verification.isolated import CHILD, WorkBound, read_document, warm_up


def test_reading_process_that_was_warmed_up_serves_the_first_document():
    CHILD.stop()

    warm_up().join(timeout=60)
    started = CHILD._process
    problem = read_document({}, WorkBound())

    assert started is not None
    assert started.poll() is None
    assert CHILD._process is started
    assert problem is not None


def test_reading_process_ends_with_the_stream_to_it():
    warm_up().join(timeout=60)
    process = CHILD._process
    assert process is not None
    assert process.stdin is not None

    process.stdin.close()

    assert process.wait(timeout=10) is not None
    CHILD.stop()
