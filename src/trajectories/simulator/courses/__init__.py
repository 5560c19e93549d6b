"""Simulated courses: persons and offices in, monthly statuses, jobs and caseworkers out."""
