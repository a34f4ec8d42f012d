"""Computes the package list: agents/ and train/ stand beside scg_envs/ but install inside it."""

from setuptools import find_packages, setup

setup(
    packages=find_packages(include=["scg_envs*"])
    + [f"scg_envs.{name}" for name in find_packages(include=["agents*", "train*"])]
)
