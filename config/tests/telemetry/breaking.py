"""The product's settings, but for its addresses: there is a page more, which breaks."""

from config.settings.local import *  # noqa: F403 - these are settings, too

ROOT_URLCONF = "config.tests.telemetry.breaking_addresses"
