from django.core.mail import EmailMessage

from registry.mail import DemoFolderBackend, mail_file_name


def message(body="Hello", message_id="<award.1@localhost>"):
    return EmailMessage(
        "Your credential", body, "a@example.org", ["b@example.org"], headers={"Message-ID": message_id}
    )


def test_mail_is_a_file_named_by_its_message_id(settings, tmp_path):
    settings.DEMO_MAIL_DIR = tmp_path / "mail"

    assert DemoFolderBackend().send_messages([message()]) == 1

    assert [path.name for path in settings.DEMO_MAIL_DIR.iterdir()] == ["award.1@localhost.eml"]


def test_repeated_mail_replaces_its_file(settings, tmp_path):
    settings.DEMO_MAIL_DIR = tmp_path

    DemoFolderBackend().send_messages([message("once")])
    DemoFolderBackend().send_messages([message("twice")])

    (file,) = tmp_path.iterdir()
    assert b"twice" in file.read_bytes()


def test_message_id_cannot_leave_the_folder():
    assert "/" not in mail_file_name("<../../etc/passwd@x>")
