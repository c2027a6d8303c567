"""Tests of what Prometheus reads of us."""
