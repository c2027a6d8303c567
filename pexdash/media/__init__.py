"""The media of our own WebRTC calls; needs the extra `media`."""
