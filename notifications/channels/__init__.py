"""The ways a message can travel. Adding one is a module, a line in ``registered.py`` and a test of its payload."""
