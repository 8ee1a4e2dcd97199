"""Tests of the workflows, of the app on both databases, and of journeys in a real browser."""
