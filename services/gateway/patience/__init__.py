"""How patient the gateway is: dated data with their ground."""
