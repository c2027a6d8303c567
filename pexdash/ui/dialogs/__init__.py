"""The dialogs that open over the conference screen."""
