import pytest
from allauth.mfa.adapter import get_adapter
from django.core.cache import cache

from teams.tests.factories import UserFactory

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db):
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_people_log_in_with_their_email_in_any_case(client, person):
    answer = log_in(client, person.email.upper())

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_stranger_and_a_wrong_password_get_the_same_words(client, person):
    wrong = log_in(client, person.email, "guess")
    unknown = log_in(client, "nobody@example.com", "guess")

    told = [list(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert told[0] == told[1]
    assert len(told[0]) == 1


def test_guessing_is_slowed_down(client, person):
    cache.clear()
    for _ in range(6):
        log_in(client, person.email, "guess")

    assert log_in(client, person.email).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_nobody_signs_up_alone(client):
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_a_page_without_login_leads_to_the_login(client):
    answer = client.get("/today/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/today/")


@pytest.mark.django_db
def test_pages_may_load_from_our_own_host_alone(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    directives = policy.split("; ")  # in any order
    assert {"default-src 'none'", "script-src 'self'"} <= set(directives)
    assert "unsafe" not in policy


def test_the_seed_of_one_time_codes_is_kept_unreadable():
    adapter = get_adapter()

    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in kept
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"
