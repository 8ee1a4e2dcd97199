"""Programs that keep the project in order; `make help` names the ones meant for people."""
