"""Packages judged for integrators: read as if they had arrived, kept nowhere."""
