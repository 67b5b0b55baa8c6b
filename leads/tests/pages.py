"""Asking for the lead page as browsers do."""

from urllib.parse import urlencode

from django.urls import reverse

HTMX = {"HX-Request": "true"}
HOSTILE = {
    "NUL": "a\x00b",
    "line break": "a\r\nBcc: everybody@example.com",
    "emoji": "🏡👨‍👩‍👧",
    "right to left": "شارع\u202eevil",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% now %}",
    "half a pair": "\ud800",
    "long": "x" * 20_000,
}


def url(name, lead):
    return reverse(f"leads:{name}", args=[lead.pk])


def send(client, address, data, headers):
    """Send as a browser does, even what the test client's own encoder would refuse."""
    body = urlencode(data, errors="surrogatepass")
    return client.post(address, body, content_type="application/x-www-form-urlencoded", headers=headers)


def post(client, name, lead, data):
    return send(client, url(name, lead), data, HTMX)


def autosave(client, lead, data, *, changed=None):
    return send(
        client,
        url("answers", lead),
        data,
        {"X-Autosave": "1", "X-Autosave-Changed": ",".join(changed or data)},
    )
