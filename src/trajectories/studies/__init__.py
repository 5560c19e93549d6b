"""Studies of the method: settings in, power, Monte Carlo results and an analysis plan out.

They answer what a design could find before data are read, from simulated registers.
"""
