"""`make faults`: kill everything at random while documents are exchanged, then judge the registers."""
