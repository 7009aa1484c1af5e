"""Messages between services: envelope, outbox, relay, inbox and the two buses."""
