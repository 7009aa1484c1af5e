"""`make bench`: our figures against floors measured in the same run. A module a group, each with `rows()`."""
