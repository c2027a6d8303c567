"""The media of our own WebRTC calls (extra `media`)."""
