"""Simulated courses, month by month: states, benefits, jobs, and the caseworkers behind them."""
