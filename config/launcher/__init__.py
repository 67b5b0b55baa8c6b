"""What ``run.py`` hands over to: it starts the embedded services and the product's own processes, and ends them.

Embedded services are for the demo, development and tests. A server gives DATABASE_URL and REDIS_URL instead.
"""
