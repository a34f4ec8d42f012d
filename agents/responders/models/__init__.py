"""Stable-Baselines3's models as followers: how one is made, trained, kept and asked."""
