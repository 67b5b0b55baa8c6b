"""A release that builds an index beside the traffic: migrations for a package that brings none."""
