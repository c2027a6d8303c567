"""What spans processes and machines: NATS with JetStream, server 2.11 or newer."""
