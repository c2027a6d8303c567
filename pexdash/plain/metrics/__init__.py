"""What Prometheus reads of this program."""
