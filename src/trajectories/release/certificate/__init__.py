"""The certificate of a release: witnesses of what a reader cannot tell, and a checker of them.

In come the gate's linked numbers; out come whole tables of counts that agree with everything
published and differ in every withheld number, and the yes or no of a checker that knows no solver.
"""
