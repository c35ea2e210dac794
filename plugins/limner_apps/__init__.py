"""The applications that come with limner: each uses the core as a third party would."""
