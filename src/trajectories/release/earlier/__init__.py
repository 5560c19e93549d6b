"""Earlier releases: what was published, and which of its numbers stand in a new release.

In come the numbers of earlier releases and those of a new one; out go the numbers that stand as
they were published, because what changed since rests on too few persons or caseworkers.
"""
