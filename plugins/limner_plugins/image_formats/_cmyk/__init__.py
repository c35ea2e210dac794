"""Colours as amounts of ink: conversion with the ICC profile of a printing condition."""
